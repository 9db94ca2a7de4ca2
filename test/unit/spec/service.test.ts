import { describe, expect, it } from 'vitest';
import { complaints, load, loadGood, loadService, oneService } from './load-text.ts';

describe('a service with an image alone', () => {
  it('has the defaults of the specification', () => {
    expect(loadService('')).toEqual({
      name: 'web',
      image: 'nginx:1.29',
      pullPolicy: 'missing',
      environment: {},
      labels: {},
      readOnly: false,
      init: false,
      tty: false,
      stdinOpen: false,
      capAdd: [],
      capDrop: [],
      mounts: [],
      ulimits: {},
      sysctls: {},
      extraHosts: {},
      network: { kind: 'networks', attachments: [{ network: 'default', aliases: [] }] },
      ports: [],
      dependsOn: [],
      restart: { kind: 'no' },
      stopGraceMs: 10_000,
      replicas: 1,
      resources: {},
      update: { order: 'stop-first', parallelism: 1, delayMs: 0 },
    });
  });

  it('brings the default network of the stack along', () => {
    expect(loadGood(oneService(''))).toMatchObject({
      name: 'shop',
      networks: {
        default: { name: 'shop_default', external: false, internal: false, enableIpv6: false, labels: {} },
      },
      volumes: {},
    });
  });
});

describe('command and entrypoint', () => {
  it.each([
    ['command: serve --port "80 80"', ['serve', '--port', '80 80']],
    ['command: [serve, 80, true]', ['serve', '80', 'true']],
    ['command: []', []],
    ["command: ''", []],
    ['command: null', undefined],
    ['command: |\n  sh -c "a\n  b"', ['sh', '-c', 'a\nb']],
  ])('%j', (yaml, command) => {
    expect(loadService(yaml).command).toEqual(command);
  });

  it('must be possible to split', () => {
    expect(complaints(`entrypoint: sh "x`)).toEqual([
      'spec.bad-value: "sh \\"x" cannot be split into words: the quote " is not closed',
    ]);
  });
});

describe('a command with an operator of the shell', () => {
  it('is told that no shell runs it', () => {
    expect(complaints('command: a && b')).toEqual([
      'spec.approximated: no shell runs this command: "&" in it is an ordinary character',
    ]);
  });
});

describe('environment', () => {
  it.each([
    ['environment: [A=1, B=, C, D=x=y]', { A: '1', B: '', C: 'given', D: 'x=y' }],
    [
      'environment: {A: 1, B: "", C: null, D: true, E: 0.5}',
      { A: '1', B: '', C: 'given', D: 'true', E: '0.5' },
    ],
    ['environment: [A=1, A=2]', { A: '2' }],
    ['environment: [MISSING]', {}],
    ['environment: {BIG: 12345678901234567890}', { BIG: '12345678901234567890' }],
  ])('%j', (yaml, environment) => {
    expect(loadService(yaml, { environment: { C: 'given' } }).environment).toEqual(environment);
  });

  it('wins over env_file, of which the last wins', () => {
    const { services } = loadGood({
      'stack.yaml': oneService(
        'env_file: [a.env, {path: b.env, required: false}, {path: gone.env, required: false}]\nenvironment: {C: own}',
      ),
      'a.env': 'A=a\nB=a\nC=a\n',
      'b.env': 'B=b\nC=b\n',
    });
    expect(services['web']?.environment).toEqual({ A: 'a', B: 'b', C: 'own' });
  });

  it('says when a number loses its text', () => {
    expect(complaints('environment: {VERSION: 1.10, PORT: 80}')).toEqual([
      'spec.lossy-value: "VERSION" becomes "1.1", because it is written as a number',
    ]);
  });

  it('needs its files', () => {
    expect(complaints('env_file: gone.env')).toEqual([
      'spec.unreadable: the file "gone.env" is not there (/srv/shop/gone.env)',
    ]);
  });
});

describe('ports', () => {
  it.each([
    ['ports: ["8080:80"]', [{ protocol: 'tcp', hostPort: 8080, containerPort: 80 }]],
    [
      'ports: ["127.0.0.1:53:53/udp"]',
      [{ protocol: 'udp', hostAddress: '127.0.0.1', hostPort: 53, containerPort: 53 }],
    ],
    [
      'ports: [{target: 80, published: "8080", host_ip: "::1", protocol: tcp, mode: host}]',
      [{ protocol: 'tcp', hostAddress: '::1', hostPort: 8080, containerPort: 80 }],
    ],
    ['ports: ["81:80", "81:80"]', [{ protocol: 'tcp', hostPort: 81, containerPort: 80 }]],
    ['ports: [22:22]', [{ protocol: 'tcp', hostPort: 22, containerPort: 22 }]],
    [
      'ports: ["81-82:1-2"]',
      [
        { protocol: 'tcp', hostPort: 81, containerPort: 1 },
        { protocol: 'tcp', hostPort: 82, containerPort: 2 },
      ],
    ],
  ])('%j', (yaml, ports) => {
    expect(loadService(yaml).ports).toEqual(ports);
  });

  it.each([
    [
      'ports: ["80:x"]',
      'spec.bad-port: "80:x" is not a port: "x" is not a port from 1 to 65535, or a range of them',
    ],
    [
      'ports: [{target: 80, published: 99999}]',
      'spec.bad-port: 99999:80 is not a port: "99999" is not a port from 1 to 65535, or a range of them',
    ],
    ['ports: [80]', 'spec.approximated: port 80 is not published: it has no port on the host'],
    ['ports: ["81-85:80"]', 'spec.unsupported: ports 81-85 on the host stand for one port inside'],
    ['ports: ["81:80", "81:90"]', 'spec.duplicate-port: service "web" publishes host port 81/tcp twice'],
  ])('%j is told', (yaml, complaint) => {
    expect(complaints(yaml)).toEqual([complaint]);
  });
});

describe('mounts', () => {
  const stack = (mounts: string) => `${oneService(mounts)}\nvolumes:\n  data:\n`;
  const mountsOf = (yaml: string) => loadGood(stack(yaml)).services['web']?.mounts;

  it.each([
    ['volumes: [data:/data]', { kind: 'volume', volume: 'data', target: '/data', readOnly: false }],
    ['volumes: ["data:/a//b/:ro"]', { kind: 'volume', volume: 'data', target: '/a/b', readOnly: true }],
    [
      'volumes: [./site:/www]',
      { kind: 'bind', source: '/srv/shop/site', target: '/www', readOnly: false, createSource: true },
    ],
    [
      'volumes: ["~/x:/x"]',
      { kind: 'bind', source: '/home/ada/x', target: '/x', readOnly: false, createSource: true },
    ],
    [
      'volumes: [../x:/x]',
      { kind: 'bind', source: '/srv/x', target: '/x', readOnly: false, createSource: true },
    ],
    [
      'volumes: [/var/run/docker.sock:/s]',
      { kind: 'bind', source: '/var/run/docker.sock', target: '/s', readOnly: false, createSource: false },
    ],
    [
      'volumes: [{type: bind, source: ./a, target: /a, read_only: true, bind: {create_host_path: false}}]',
      { kind: 'bind', source: '/srv/shop/a', target: '/a', readOnly: true, createSource: false },
    ],
    [
      'volumes: [{type: tmpfs, target: /t, tmpfs: {size: 64m, mode: 0700}}]',
      { kind: 'tmpfs', target: '/t', sizeBytes: 67_108_864, mode: 0o700 },
    ],
    ['tmpfs: /run', { kind: 'tmpfs', target: '/run' }],
    ['tmpfs: ["/run:size=1k,mode=1777"]', { kind: 'tmpfs', target: '/run', sizeBytes: 1024, mode: 0o1777 }],
    ['shm_size: 1g', { kind: 'tmpfs', target: '/dev/shm', sizeBytes: 1_073_741_824, mode: 0o1777 }],
  ])('%j', (yaml, mount) => {
    expect(mountsOf(yaml)).toEqual([mount]);
  });

  it('keeps an anonymous volume by service and place', () => {
    const { services, volumes } = loadGood(oneService('volumes: [/data]'));
    const key = Object.keys(volumes)[0] ?? '';
    expect(key).toMatch(/^web-[0-9a-f]{8}$/);
    expect(volumes[key]).toEqual({ name: `shop_${key}`, external: false, labels: {} });
    expect(services['web']?.mounts).toEqual([
      { kind: 'volume', volume: key, target: '/data', readOnly: false },
    ]);
  });

  it('lets a later mount take the place of an earlier one on its target', () => {
    expect(mountsOf('volumes: [data:/data, "./x:/data/"]')).toMatchObject([
      { kind: 'bind', target: '/data' },
    ]);
  });

  it.each([
    ['volumes: [data:data]', 'spec.bad-path: the mount\'s target "data" is not an absolute path'],
    ['volumes: [data:/]', 'spec.bad-path: the mount\'s target "/" is the root directory'],
    ['volumes: [dta:/data]', 'spec.unknown-volume: the volume "dta" is not declared'],
    ['volumes: [data:/x]\ntmpfs: /x', 'spec.duplicate-target: two mounts of service "web" stand on "/x"'],
    ['volumes: [{type: bind, target: /x}]', 'spec.missing-key: the bind mount has no "source"'],
    ['volumes: ["data:/x:ro,shared"]', 'spec.unsupported: the mount option "shared" is not supported'],
    ['tmpfs: "/x:uid=5"', 'spec.unsupported: the tmpfs option "uid=5" is not supported'],
  ])('%j is told', (yaml, complaint) => {
    expect(load(stack(yaml)).problems.map(({ code, message }) => `${code}: ${message}`)).toEqual([complaint]);
  });
});

describe('secrets and configs', () => {
  it('are mounted read-only where they stand in a file', () => {
    const yaml = `${oneService('secrets: [key]\nconfigs: [{source: site, target: /etc/site}]')}
secrets: {key: {file: ./key.txt}}
configs: {site: {file: /etc/shop/site}}`;
    expect(loadGood(yaml).services['web']?.mounts).toEqual([
      { kind: 'bind', source: '/etc/shop/site', target: '/etc/site', readOnly: true, createSource: false },
      {
        kind: 'bind',
        source: '/srv/shop/key.txt',
        target: '/run/secrets/key',
        readOnly: true,
        createSource: false,
      },
    ]);
  });

  it.each([
    ['secrets: [ky]', 'spec.unknown-secret: the secret "ky" is not declared'],
    ['configs: [here]', 'spec.unsupported: "here" does not stand in a file, which this version needs'],
  ])('%j is told', (yaml, complaint) => {
    const text = `${oneService(yaml)}\nsecrets: {key: {file: ./key.txt}}\nconfigs: {here: {content: x}}`;
    const messages = load(text).problems.filter(({ severity }) => severity === 'error');
    expect(messages.map(({ code, message }) => `${code}: ${message}`)).toEqual([complaint]);
  });
});

describe('networks', () => {
  const stack = (yaml: string) =>
    `${oneService(yaml)}\nnetworks: {front: {}, back: {ipam: {config: [{subnet: 10.9.0.0/24}]}}}`;

  it.each([
    ['networks: [front, back]', ['front', 'back']],
    ['networks: {front: , back: {priority: 5}}', ['back', 'front']],
    ['networks: {}', ['default']],
    ['network_mode: bridge', ['default']],
  ])('%j joins in this order: %j', (yaml, names) => {
    const network = loadGood(stack(yaml)).services['web']?.network;
    expect(
      network?.kind === 'networks' ? network.attachments.map((attachment) => attachment.network) : [],
    ).toEqual(names);
  });

  it('has aliases and a static address', () => {
    expect(
      loadGood(stack('networks: {back: {aliases: [a, a, b], ipv4_address: 10.9.0.7}}')).services['web']
        ?.network,
    ).toEqual({
      kind: 'networks',
      attachments: [{ network: 'back', aliases: ['a', 'b'], ipv4Address: '10.9.0.7' }],
    });
  });

  it.each(['host', 'none'])('is left out with network_mode %s', (kind) => {
    expect(loadService(`network_mode: ${kind}`).network).toEqual({ kind });
    expect(loadGood(oneService(`network_mode: ${kind}`)).networks).toEqual({});
  });

  it.each([
    ['networks: [frnt]', 'spec.unknown-network: the network "frnt" is not declared'],
    ['network_mode: hots', 'spec.bad-value: the network mode "hots" is not known'],
    ['network_mode: service:db', 'spec.unsupported: the network mode "service:db" is not supported'],
    [
      'network_mode: host\nports: ["1:1"]',
      'spec.exclusive: service "web" has `network_mode: host` and `ports`, which exclude each other',
    ],
    [
      'network_mode: none\nnetworks: [front]',
      'spec.exclusive: service "web" has `network_mode: none` and `networks`, which exclude each other',
    ],
    [
      'networks: {back: {ipv4_address: 10.8.0.1}}',
      'spec.duplicate-address: the address "10.8.0.1" of service "web" on network "back" needs a network whose `subnet` contains it',
    ],
    [
      'scale: 2\nnetworks: {back: {ipv4_address: 10.9.0.7}}',
      'spec.duplicate-address: the address "10.9.0.7" of service "web" on network "back" cannot belong to 2 replicas',
    ],
  ])('%j is told', (yaml, complaint) => {
    expect(load(stack(yaml)).problems.map(({ code, message }) => `${code}: ${message}`)).toEqual([complaint]);
  });
});

describe('the health check', () => {
  const times = {
    intervalMs: 30_000,
    timeoutMs: 30_000,
    retries: 3,
    startPeriodMs: 0,
    startIntervalMs: 5_000,
  };

  it.each([
    ['{test: curl -f localhost}', { kind: 'exec', args: ['/bin/sh', '-c', 'curl -f localhost'], ...times }],
    [
      '{test: [CMD, a, b], interval: 5s, retries: 1}',
      { kind: 'exec', args: ['a', 'b'], ...times, intervalMs: 5_000, retries: 1 },
    ],
    [
      '{test: [CMD-SHELL, "a b"], start_period: 1m, start_interval: 100ms, timeout: 2s}',
      {
        kind: 'exec',
        args: ['/bin/sh', '-c', 'a b'],
        ...times,
        startPeriodMs: 60_000,
        startIntervalMs: 100,
        timeoutMs: 2_000,
      },
    ],
    ['{test: [NONE]}', { kind: 'disabled' }],
    ['{disable: true}', { kind: 'disabled' }],
  ])('%j', (yaml, check) => {
    expect(loadService(`healthcheck: ${yaml}`).healthCheck).toEqual(check);
  });

  it.each([
    [
      '{test: [curl, x]}',
      'spec.bad-value: the test begins with "curl"; a list begins with "CMD", "CMD-SHELL" or "NONE"',
    ],
    ['{test: [CMD]}', 'spec.bad-value: the test CMD has a command behind it'],
    ['{test: x, interval: 10}', 'spec.bad-duration: "10" is not a duration such as "1m30s"'],
    ['{interval: 10s}', 'spec.unsupported: `healthcheck` without `test` would take the command of the image'],
  ])('%j is told', (yaml, complaint) => {
    expect(complaints(`healthcheck: ${yaml}`)).toEqual([complaint]);
  });
});

describe('restart', () => {
  it.each([
    ['restart: no', { kind: 'no' }],
    ['restart: always', { kind: 'always' }],
    ['restart: unless-stopped', { kind: 'unless-stopped' }],
    ['restart: on-failure', { kind: 'on-failure' }],
    ['restart: on-failure:3', { kind: 'on-failure', maxAttempts: 3 }],
    ['deploy: {restart_policy: {condition: none}}\nrestart: always', { kind: 'no' }],
    ['deploy: {restart_policy: {}}', { kind: 'always' }],
    [
      'deploy: {restart_policy: {condition: on-failure, max_attempts: 2}}',
      { kind: 'on-failure', maxAttempts: 2 },
    ],
  ])('%j', (yaml, restart) => {
    expect(loadService(yaml).restart).toEqual(restart);
  });

  it('is one of its words', () => {
    expect(complaints('restart: allways')).toEqual([
      'spec.bad-value: "allways" is not allowed for `services.web.restart`',
    ]);
  });
});

describe('resources', () => {
  it.each([
    ['mem_limit: 64m', { memoryBytes: 67_108_864 }],
    [
      'deploy: {resources: {limits: {cpus: "0.5", memory: 1g, pids: 10}, reservations: {memory: 1m}}}',
      { memoryBytes: 1_073_741_824, memoryReservationBytes: 1_048_576, cpus: 0.5, pids: 10 },
    ],
    [
      'cpus: 2\ncpuset: 0-3,8\ncpu_shares: 512\npids_limit: 5',
      { cpus: 2, cpuset: '0-3,8', cpuShares: 512, pids: 5 },
    ],
    ['cpu_quota: 50000', { cpus: 0.5 }],
    ['cpu_quota: 50000\ncpu_period: 25000', { cpus: 2 }],
    ['mem_limit: 1k\nmemswap_limit: -1', { memoryBytes: 1024, memorySwapBytes: -1 }],
    ['mem_limit: 0\ncpus: 0\npids_limit: -1', {}],
    ['mem_limit: 1k\ndeploy: {resources: {limits: {memory: 1024}}}', { memoryBytes: 1024 }],
  ])('%j', (yaml, resources) => {
    expect(loadService(yaml).resources).toEqual(resources);
  });

  it.each([
    [
      'mem_limit: 10x',
      'spec.bad-size: "10x" is not a size; expected a number with b, k, m or g, such as "64m"',
    ],
    [
      'mem_limit: 1k\ndeploy: {resources: {limits: {memory: 2k}}}',
      'spec.contradiction: `mem_limit` is "1k" and `deploy.resources` says "2k"',
    ],
    [
      'mem_limit: 1k\nmem_reservation: 2k',
      'spec.contradiction: more memory is reserved than the limit allows',
    ],
    [
      'mem_limit: 2k\nmemswap_limit: 1k',
      'spec.contradiction: `memswap_limit` is memory and swap together and must not be below `mem_limit`',
    ],
    ['cpus: -1', 'spec.bad-value: "-1" is not a number of at least 0'],
    ['cpuset: a', 'spec.bad-value: "a" is not a list of cores such as "0-3,8"'],
  ])('%j is told', (yaml, complaint) => {
    expect(complaints(yaml)).toEqual([complaint]);
  });
});

describe('other keys', () => {
  it.each([
    ['user: 1000:1000', { user: '1000:1000' }],
    ['user: 1000', { user: '1000' }],
    ['working_dir: /srv/app/', { workingDir: '/srv/app' }],
    ['hostname: web.example', { hostname: 'web.example' }],
    ['stop_signal: quit', { stopSignal: 'SIGQUIT' }],
    ['stop_signal: 9', { stopSignal: 'SIGKILL' }],
    ['stop_signal: SIGRTMIN+3', { stopSignal: 'SIGRTMIN+3' }],
    ['stop_grace_period: 1m', { stopGraceMs: 60_000 }],
    [
      'init: "true"\ntty: true\nstdin_open: true\nread_only: yes',
      { init: true, tty: true, stdinOpen: true, readOnly: true },
    ],
    [
      'cap_add: [net_admin, CAP_CHOWN, NET_ADMIN]\ncap_drop: [all]',
      { capAdd: ['CAP_CHOWN', 'CAP_NET_ADMIN'], capDrop: ['ALL'] },
    ],
    ['logging: {options: {max-size: 10m, max-file: "5"}}', { log: { maxBytes: 10 << 20, maxFiles: 5 } }],
    ['logging: {driver: local, options: {max-size: -1}}', { log: { maxBytes: 0 } }],
    ['logging: {driver: json-file}', {}],
    ['logging: {driver: none}', { log: { driver: 'none' } }],
    ['logging: {options: {max-age: 24h}}', { log: { maxAgeMs: 86_400_000 } }],
    [
      'logging: {options: {mode: non-blocking, max-buffer-size: 4m}}',
      { log: { whenFull: 'drop', bufferBytes: 4 << 20 } },
    ],
    ['logging: {options: {mode: blocking, max-buffer-size: 4m, max-file: 2}}', { log: { maxFiles: 2 } }],
    [
      'ulimits: {nofile: 100, nproc: {soft: 5, hard: -1}}',
      { ulimits: { nofile: { soft: 100, hard: 100 }, nproc: { soft: 5, hard: -1 } } },
    ],
    ['sysctls: {net.core.somaxconn: 1024}', { sysctls: { 'net.core.somaxconn': '1024' } }],
    ['sysctls: [kernel.shmmax=5]', { sysctls: { 'kernel.shmmax': '5' } }],
    [
      'extra_hosts: ["a:1.2.3.4", "b=::1", "c:host-gateway"]',
      { extraHosts: { a: '1.2.3.4', b: '::1', c: 'host-gateway' } },
    ],
    ['extra_hosts: {a: 1.2.3.4, b: "[::1]"}', { extraHosts: { a: '1.2.3.4', b: '::1' } }],
    ['labels: [a=1, b]', { labels: { a: '1', b: '' } }],
    ['labels: {a: 1, b: true}', { labels: { a: '1', b: 'true' } }],
    ['runtime: runc', { runtime: 'runc' }],
    ['scale: 3', { replicas: 3 }],
    ['deploy: {replicas: 0}', { replicas: 0 }],
    [
      'deploy: {update_config: {order: start-first, parallelism: 0, delay: 5s}}',
      { update: { order: 'start-first', parallelism: 0, delayMs: 5_000 } },
    ],
    ['pull_policy: if_not_present', { pullPolicy: 'missing' }],
    ['pull_policy: always', { pullPolicy: 'always' }],
    ['platform: linux/amd64', {}],
    ['security_opt: ["no-new-privileges:true"]', {}],
    ['privileged: false', {}],
    ['ports:\nvolumes:\nnetworks:\ndepends_on:\ndeploy:', {}],
  ])('%j', (yaml, fields) => {
    expect(loadService(yaml)).toMatchObject(fields);
  });

  it.each([
    ['user: "a b"', 'spec.bad-value: "a b" is not a user; write "uid[:gid]" or names'],
    ['working_dir: app', 'spec.bad-path: the working directory "app" is not an absolute path'],
    ['hostname: -x', 'spec.bad-value: "-x" is not a host name'],
    ['stop_signal: SIGTREM', 'spec.bad-value: "SIGTREM" is not a signal'],
    ['init: maybe', 'spec.not-a-boolean: "maybe" is neither true nor false'],
    ['tty: on', 'spec.deprecated: "on" counts as true'],
    ['cap_add: [NET_ADMN]', 'spec.bad-value: "NET_ADMN" is not a capability of Linux'],
    [
      'logging: {options: {max-size: "0"}}',
      'spec.bad-value: "0" leaves no room for a line; -1 means no bound',
    ],
    [
      'logging: {options: {max-size: big}}',
      'spec.bad-size: "big" is not a size; expected a number with b, k, m or g, such as "64m"',
    ],
    ['logging: {options: {max-file: 0}}', 'spec.bad-value: "0" is not a whole number from 1 to 1000'],
    [
      'logging: {driver: syslog}',
      'spec.approximated: `services.web.logging.driver` is approximated: output goes to files of tsorch, which are bounded',
    ],
    ['logging: {driver: json}', 'spec.bad-value: "json" is not a log driver'],
    ['logging: {options: {mode: drop}}', 'spec.bad-value: "drop" is neither "blocking" nor "non-blocking"'],
    ['logging: {options: {max-buffer-size: 1k}}', 'spec.bad-value: "1k" is not a size from 128k to 1g'],
    ['logging: {options: {max-age: 0s}}', 'spec.bad-value: "0s" would put each line into a file of its own'],
    [
      'logging: {options: {tag: x}}',
      'spec.ignored: `services.web.logging.options.tag` is ignored: of a driver that is not used',
    ],
    ['ulimits: {nofiles: 5}', 'spec.bad-value: "nofiles" is not a resource limit'],
    [
      'ulimits: {nofile: {soft: 5, hard: 4}}',
      'spec.contradiction: the soft limit 5 is above the hard limit 4',
    ],
    [
      'sysctls: {vm.swappiness: 1}',
      'spec.bad-value: the parameter "vm.swappiness" belongs to the host, not to a container',
    ],
    [
      'network_mode: host\nsysctls: {net.core.somaxconn: 1}',
      'spec.exclusive: "net.core.somaxconn" would change the host\'s network, which the service shares',
    ],
    ['extra_hosts: [a]', 'spec.bad-value: "a" is not a host and its address'],
    ['extra_hosts: {a: }', 'spec.bad-value: "a: " is not a host and its address'],
    ['scale: 2\ndeploy: {replicas: 3}', 'spec.contradiction: `scale` is 2 and `deploy.replicas` is 3'],
    ['deploy: {replicas: x}', 'spec.bad-value: "x" is not a whole number from 0 to 1000'],
    ['pull_policy: daily', 'spec.approximated: the pull policy "daily" counts as "missing"'],
    [
      'platform: linux/arm64',
      'spec.unsupported: the platform "linux/arm64" is not that of this host, linux/amd64',
    ],
    [
      'privileged: true',
      'spec.unsupported: `services.web.privileged` is not supported: this version does not carry it out',
    ],
    [
      'security_opt: ["seccomp=unconfined"]',
      'spec.unsupported: `services.web.security_opt` is not supported: this version does not carry it out',
    ],
    [
      'x-tsorch: {probes: {live: "tcp::80"}}',
      'spec.unsupported: `services.web.x-tsorch.probes.live` is not supported: this version does not carry it out',
    ],
    ['develop: {watch: []}', 'spec.ignored: `services.web.develop` is ignored: there is no file watching'],
    [
      'container_name: shop',
      'spec.approximated: `services.web.container_name` is approximated: it is another name on its networks; `tsorch ps` shows its slot',
    ],
  ])('%j is told', (yaml, complaint) => {
    expect(complaints(yaml)).toEqual([complaint]);
  });

  it('answers to its container name', () => {
    expect(loadService('container_name: shop-web').network).toMatchObject({
      attachments: [{ network: 'default', aliases: ['shop-web'] }],
    });
  });
});

describe('the image', () => {
  it.each([
    ['nginx', 'nginx:latest'],
    ['docker.io/library/nginx:1.29', 'nginx:1.29'],
    ['team/web', 'team/web:latest'],
    ['registry.example:5000/team/web:2.1', 'registry.example:5000/team/web:2.1'],
    [`a/b@sha256:${'0'.repeat(64)}`, `a/b@sha256:${'0'.repeat(64)}`],
    ['localhost/x', 'localhost/x:latest'],
    ['[::1]:5000/x:1', '[::1]:5000/x:1'],
  ])('%s is known as %s', (image, reference) => {
    expect(loadGood(`services: {web: {image: "${image}"}}`).services['web']?.image).toBe(reference);
  });

  it.each(['Nginx', 'a b', 'nginx:', ':1', '-x', 'a//b', 'a@sha256:0'])('cannot be %j', (image) => {
    expect(load(`services: {web: {image: "${image}"}}`).problems[0]?.code).toBe('spec.bad-image');
  });

  it('is that of the build when there is no other', () => {
    expect(load('services: {web: {build: .}}')).toMatchObject({
      stack: { services: { web: { image: 'shop-web:latest', pullPolicy: 'never' } } },
      problems: [{ code: 'spec.approximated' }],
    });
  });

  it('must be there', () => {
    expect(load('services: {web: {init: true}}').problems.map(({ message }) => message)).toEqual([
      'service "web" has no "image"',
    ]);
  });
});
