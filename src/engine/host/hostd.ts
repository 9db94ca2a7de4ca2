import type { CallOptions } from '../../lib/abort.ts';
import type { HostdMethods } from './hostd-methods.ts';
import type { CallDeadline } from './protocol-client.ts';
import type { ProtocolEvent } from './protocol-message.ts';

/** The part of hostd that engine parts use; implemented by HostdConnection. */
export interface Hostd {
  /**
   * Starts or finds hostd again when it is gone. A call whose connection was lost is made once more, as every method
   * is idempotent.
   *
   * @throws TsorchError hostd's error; `host.failed` when hostd cannot be started, `protocol.connection-lost`,
   *   `protocol.timed-out`
   */
  call<Name extends keyof HostdMethods>(
    method: Name,
    params: HostdMethods[Name]['params'],
    options?: CallDeadline,
  ): Promise<HostdMethods[Name]['result']>;

  /** Ends hostd. @throws TsorchError `node.busy` while a container runs, unless forced */
  shutdown(options: CallOptions & { readonly force: boolean }): Promise<void>;

  /** Events; `lost` after the connection broke and stands again: what happened in between was missed. */
  onEvent(listener: (event: ProtocolEvent | { readonly event: 'lost' }) => void): () => void;
}
