import { describe, expect, it } from 'vitest';
import { type HostFilesContext, hostFiles } from '../../../../../src/engine/containers/bundle/host-files.ts';

const context: HostFilesContext = {
  hostname: 'shop',
  addresses: ['10.201.0.2', 'fd00::2'],
  gateway: '10.201.0.1',
  extraHosts: { db: '10.9.9.9', outside: 'host-gateway' },
  mode: 'networks',
  host: { hosts: '127.0.0.1 thishost', resolvConf: 'nameserver 9.9.9.9\nsearch example.org\n' },
};

describe('files of /etc', () => {
  it('name the container and its extra hosts', () => {
    expect(hostFiles(context).hosts.split('\n').slice(6)).toEqual([
      '10.9.9.9\tdb',
      '10.201.0.1\toutside',
      '10.201.0.2\tshop',
      'fd00::2\tshop',
      '',
    ]);
    expect(hostFiles(context).hostname).toBe('shop\n');
  });

  it('ask our DNS in a network, with the search domains of the host', () => {
    expect(hostFiles(context).resolvConf).toBe(
      'nameserver 127.0.0.11\nsearch example.org\noptions ndots:0 timeout:1 attempts:3\n',
    );
  });

  it("are the host's with its network", () => {
    const files = hostFiles({ ...context, mode: 'host', addresses: [], gateway: undefined });
    expect(files.resolvConf).toBe(context.host.resolvConf);
    expect(files.hosts).toBe('127.0.0.1 thishost\n10.9.9.9\tdb\n127.0.0.1\toutside\n');
  });

  it('know no server without a network', () => {
    expect(hostFiles({ ...context, mode: 'none', addresses: [] }).resolvConf).toBe('');
  });
});
