/** The files of /etc that are ours: made per container, mounted over the image's. */
export interface HostFiles {
  readonly hosts: string;
  readonly resolvConf: string;
  readonly hostname: string;
}

export interface HostFilesContext {
  readonly hostname: string;
  /** Addresses of the container in order, without prefix length. */
  readonly addresses: readonly string[];
  /** Of the container's first network; what `host-gateway` stands for. */
  readonly gateway?: string | undefined;
  readonly extraHosts: Readonly<Record<string, string>>;
  readonly mode: 'networks' | 'host' | 'none';
  /** The host's own files, as they are now. */
  readonly host: { readonly hosts: string; readonly resolvConf: string };
}

const loopbackHosts = `127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
ff00::0\tip6-mcastprefix
ff02::1\tip6-allnodes
ff02::2\tip6-allrouters
`;

export function hostFiles(context: HostFilesContext): HostFiles {
  return { hosts: hosts(context), resolvConf: resolvConf(context), hostname: `${context.hostname}\n` };
}

function hosts(context: HostFilesContext): string {
  const lines = Object.entries(context.extraHosts).map(
    ([name, address]) => `${extraAddress(address, context)}\t${name}\n`,
  );
  for (const address of context.addresses) lines.push(`${address}\t${context.hostname}\n`);
  const base = context.mode === 'host' ? terminated(context.host.hosts) : loopbackHosts;
  return base + lines.join('');
}

function extraAddress(address: string, { gateway }: HostFilesContext): string {
  return address === 'host-gateway' ? (gateway ?? '127.0.0.1') : address;
}

/**
 * Inside a network our DNS listens in the container's own namespace; short timeouts hide a restart of it. Search domains
 * are the host's, since names that are not ours are asked there.
 */
function resolvConf({ mode, host }: HostFilesContext): string {
  if (mode === 'host') return terminated(host.resolvConf);
  if (mode === 'none') return '';
  const search = host.resolvConf.split('\n').filter((line) => /^(search|domain)\s/.test(line));
  return ['nameserver 127.0.0.11', ...search.slice(-1), 'options ndots:0 timeout:1 attempts:3', ''].join(
    '\n',
  );
}

function terminated(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
