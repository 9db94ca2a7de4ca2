import type { IncomingMessage } from 'node:http';
import type { CallOptions } from '../../../lib/abort.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { CredentialSubject } from './credentials.ts';
import type { RegistryConnection, RegistryRequest } from './registry-connection.ts';
import { registryError } from './registry-error.ts';
import { type RetryContext, type RetryPolicy, withRetry } from './retry.ts';

/** What is asked of whom, for messages. */
export interface CallSubject {
  readonly domain: string;
  /** `image registry.example/team/web:2.1` */
  readonly what: string;
}

/** What all verbs of a client share: the connection, attempts after what fails for a moment, and errors for people. */
export class RegistryCalls {
  readonly #connection: RegistryConnection;
  readonly #clock: Clock;
  readonly #policy: RetryPolicy;

  constructor(connection: RegistryConnection, clock: Clock, policy: RetryPolicy) {
    this.#connection = connection;
    this.#clock = clock;
    this.#policy = policy;
  }

  /** One attempt. @throws UnexpectedStatus, the socket's error */
  send(request: RegistryRequest): Promise<IncomingMessage> {
    return this.#connection.send(request);
  }

  hasMirrors(reference: Pick<CredentialSubject, 'domain'>): boolean {
    return this.#connection.hasMirrors(reference);
  }

  /** @throws TsorchError as RegistryClient says */
  async guarded<Value>(
    { domain, what }: CallSubject,
    options: CallOptions,
    work: () => Promise<Value>,
  ): Promise<Value> {
    try {
      return await withRetry(work, this.retry(options));
    } catch (error) {
      throw registryError(error, domain, what);
    }
  }

  retry({ signal }: CallOptions): RetryContext {
    return { clock: this.#clock, policy: this.#policy, random: Math.random, signal };
  }
}
