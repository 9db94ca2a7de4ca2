import type { CallOptions } from '../../../lib/abort.ts';
import { TsorchError } from '../../../lib/errors.ts';
import type { ErrorCode } from '../../../model/error-code.ts';
import { dockerHub, parseImageReference } from '../../../model/image-reference.ts';
import type { PasswordCredentials } from './credentials.ts';
import { dropCredentials, keepCredentials } from './keep-credentials.ts';

/** Asks a registry whether it takes these credentials. @throws TsorchError `registry.denied`, `registry.unreachable` ... */
export interface CredentialCheck {
  checkCredentials(domain: string, credentials: PasswordCredentials, options?: CallOptions): Promise<void>;
}

export interface KeptAccount {
  /** `docker.io` */
  readonly registry: string;
  /** `/root/.docker/config.json`, `docker-credential-pass` */
  readonly keptIn: string;
}

/** Who this node is at registries: what `tsorch login` and `logout` change, in the files that docker and podman read too. */
export class RegistryAccounts {
  readonly #files: readonly string[];
  readonly #registry: CredentialCheck;

  /** @param files  as of CredentialFiles; the first is written to */
  constructor(files: readonly string[], registry: CredentialCheck) {
    this.#files = files;
    this.#registry = registry;
  }

  /** Keeps the credentials once the registry has taken them. @throws TsorchError `registry.*`, `image.bad-reference` */
  async login(
    registry: string,
    credentials: PasswordCredentials,
    options: CallOptions = {},
  ): Promise<KeptAccount> {
    const domain = registryDomain(registry);
    const [file = ''] = this.#files;
    await this.#registry.checkCredentials(domain, credentials, options);
    return { registry: domain, keptIn: await keepCredentials(file, domain, credentials) };
  }

  /** @throws TsorchError `registry.not-logged-in`, `registry.bad-credentials` */
  async logout(registry: string): Promise<{ readonly registry: string }> {
    const domain = registryDomain(registry);
    if (await dropCredentials(this.#files, domain)) return { registry: domain };
    throw new TsorchError<ErrorCode>(
      'registry.not-logged-in',
      `no credentials of registry ${domain} are kept`,
      {
        object: domain,
      },
    );
  }
}

/** `https://registry.example/v2/` -> `registry.example`; nothing = Docker Hub. */
function registryDomain(text: string): string {
  const domain = text.replace(/^https?:\/\//, '').replace(/\/(v1|v2)?\/?$/, '');
  if (domain === '' || domain === 'index.docker.io' || domain === 'registry-1.docker.io') return dockerHub;
  // A name without a dot could be a folder of Docker Hub in a reference; here it can only be a host.
  const isHost = [domain, `${domain}:443`].some((host) => parseImageReference(`${host}/x`)?.domain === host);
  if (isHost) return domain;
  throw new TsorchError<ErrorCode>('image.bad-reference', `"${text}" is no registry`, {
    object: text,
    hint: 'a registry is a host, or host:port',
  });
}
