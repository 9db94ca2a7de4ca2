// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of stack files, not of JavaScript
import { describe, expect, it } from 'vitest';
import { load, loadGood, problemsOf } from './load-text.ts';

const two = { files: ['a.yaml', 'b.yaml'] };

function merged(a: string, b: string) {
  const wrap = (keys: string) =>
    `services:\n  web:\n${keys
      .split('\n')
      .map((line) => `    ${line}`)
      .join('\n')}\nvolumes: {data: {}}\nnetworks: {n: {}, m: {}}`;
  return loadGood({ 'a.yaml': wrap(`image: one\n${a}`), 'b.yaml': wrap(b) }, two).services['web'];
}

describe('several files', () => {
  it.each([
    ['init: true', 'image: two', { image: 'two:latest' }],
    ['command: [a, b]', 'command: c', { command: ['c'] }],
    ['command: [a]', 'command:', { command: ['a'] }],
    ['environment: [A=1, B=1]', 'environment: {B: 2, C: 3}', { environment: { A: '1', B: '2', C: '3' } }],
    ['labels: {a: 1}', 'labels: [b=2]', { labels: { a: '1', b: '2' } }],
    ['cap_add: [KILL]', 'cap_add: [CHOWN, KILL]', { capAdd: ['CAP_CHOWN', 'CAP_KILL'] }],
    [
      'tmpfs: /a',
      'tmpfs: [/b, /a]',
      {
        mounts: [
          { kind: 'tmpfs', target: '/a' },
          { kind: 'tmpfs', target: '/b' },
        ],
      },
    ],
    [
      'volumes: [data:/a, ./x:/b]',
      'volumes: [./y:/a]',
      {
        mounts: [
          { source: '/srv/shop/y', target: '/a' },
          { source: '/srv/shop/x', target: '/b' },
        ],
      },
    ],
    ['ports: ["81:80"]', 'ports: ["81:80", "82:80"]', { ports: [{ hostPort: 81 }, { hostPort: 82 }] }],
    [
      'networks: [n]',
      'networks: {m: {aliases: [x]}}',
      { network: { attachments: [{ network: 'n' }, { network: 'm', aliases: ['x'] }] } },
    ],
    [
      'healthcheck: {test: [CMD, a], interval: 5s}',
      'healthcheck: {test: b}',
      { healthCheck: { args: ['/bin/sh', '-c', 'b'], intervalMs: 5_000 } },
    ],
    [
      'ulimits: {nofile: {soft: 1, hard: 2}}',
      'ulimits: {nofile: 5}',
      { ulimits: { nofile: { soft: 5, hard: 5 } } },
    ],
    [
      'extra_hosts: {a: 1.1.1.1}',
      'extra_hosts: ["b=2.2.2.2"]',
      { extraHosts: { a: '1.1.1.1', b: '2.2.2.2' } },
    ],
    [
      'deploy: {replicas: 2, resources: {limits: {pids: 5}}}',
      'deploy: {resources: {limits: {memory: 1k}}}',
      { replicas: 2, resources: { pids: 5, memoryBytes: 1024 } },
    ],
    ['ports: ["81:80"]', 'ports: !reset null', { ports: [] }],
    ['ports: ["81:80"]', 'ports: !override ["82:80"]', { ports: [{ hostPort: 82 }] }],
    ['environment: {A: 1, B: 2}', 'environment: !override {C: 3}', { environment: { C: '3' } }],
    ['init: true', 'init: !reset true', { init: false }],
  ])('%j under %j', (a, b, fields) => {
    expect(merged(a, b)).toMatchObject(fields);
  });

  it('cannot put a list over a mapping', () => {
    expect(
      problemsOf(
        { 'a.yaml': 'services: {web: {image: a, deploy: {}}}', 'b.yaml': 'services: {web: {deploy: [x]}}' },
        two,
      ),
    ).toContain('error[spec.wrong-type]: a list cannot override a mapping\n  b.yaml:1:26');
  });

  it.each([
    [
      'services: {web: {image: a, cap_add: [!reset KILL]}}',
      'error[spec.bad-value]: one item of a list cannot have !reset',
    ],
    ['services: {web: !mine {image: a}}', 'warning[spec.ignored]: the tag "!mine" is ignored'],
  ])('%s is told', (text, problem) => {
    expect(problemsOf(text)).toContain(problem);
  });

  it('may be the documents of one', () => {
    expect(
      loadGood('services: {web: {image: a}}\n---\nservices: {web: {image: b}}').services['web']?.image,
    ).toBe('b:latest');
  });

  it('complain where the value was written', () => {
    expect(
      problemsOf(
        { 'a.yaml': 'services:\n  web:\n    restart: never', 'b.yaml': 'services:\n  web:\n    image: a' },
        two,
      ),
    ).toContain('a.yaml:3:14');
  });
});

describe('extends', () => {
  it('puts a service over its base, here and in other files, paths included', () => {
    const { services } = loadGood({
      'stack.yaml':
        'services:\n  web: {extends: {file: lib/base.yaml, service: app}, environment: {B: 2}}\n  api: {extends: web, image: api}',
      'lib/base.yaml':
        'services:\n  app: {extends: root, volumes: ["./data:/data"], environment: {A: 1, B: 1}}\n  root: {image: base, init: true}',
    });
    expect(services['web']).toMatchObject({
      image: 'base:latest',
      init: true,
      environment: { A: '1', B: '2' },
      mounts: [{ kind: 'bind', source: '/srv/shop/lib/data', target: '/data' }],
    });
    expect(services['api']).toMatchObject({ image: 'api:latest', environment: { B: '2' } });
  });

  it.each([
    ['services: {a: {extends: b}, b: {extends: a}}', 'spec.extends-cycle'],
    ['services: {a: {image: x, extends: c}}', 'spec.unknown-service'],
    ['services: {a: {image: x, extends: {file: gone.yaml, service: c}}}', 'spec.unreadable'],
    ['services: {a: {image: x, extends: {file: "https://x/y.yaml", service: c}}}', 'spec.remote-unsupported'],
    ['services: {a: {image: x, extends: {}}}', 'spec.missing-key'],
  ])('%s is told', (text, code) => {
    expect(load(text).problems[0]?.code).toBe(code);
  });
});

describe('include', () => {
  it('brings a stack along with its own directory and variables, and the includer has the last word', () => {
    const { services, volumes } = loadGood({
      'stack.yaml':
        'include: [db/stack.yaml]\nservices: {web: {image: web, depends_on: [db]}, db: {init: true}}',
      'db/stack.yaml':
        'services: {db: {image: "pg:${TAG}", env_file: own.env, volumes: ["./conf:/conf", "data:/data"]}}\nvolumes: {data: }',
      'db/.env': 'TAG=16',
      'db/own.env': 'A=1',
    });
    expect(services['db']).toMatchObject({
      image: 'pg:16',
      init: true,
      environment: { A: '1' },
      mounts: [{ source: '/srv/shop/db/conf' }, { volume: 'data' }],
    });
    expect(volumes).toHaveProperty('data');
  });

  it('lets the variables of the includer win', () => {
    const files = {
      'stack.yaml': 'include: [{path: db.yaml, env_file: db.env}]\nservices: {}',
      'db.yaml': 'services: {db: {image: "pg:${TAG}-${KIND}"}}',
      'db.env': 'TAG=16\nKIND=small',
    };
    expect(loadGood(files, { environment: { TAG: '17' } }).services['db']?.image).toBe('pg:17-small');
  });

  it.each([
    [{ 'stack.yaml': 'include: [b.yaml]', 'b.yaml': 'include: [stack.yaml]' }, 'spec.include-cycle'],
    [{ 'stack.yaml': 'include: [gone.yaml]\nservices: {a: {image: x}}' }, 'spec.unreadable'],
    [{ 'stack.yaml': 'include: ["oci://x/y"]\nservices: {a: {image: x}}' }, 'spec.remote-unsupported'],
  ])('%j is told', (files, code) => {
    expect(load(files).problems.map((problem) => problem.code)).toContain(code);
  });
});

describe('profiles', () => {
  const text =
    'services: {web: {image: a, depends_on: {debug: {required: false, condition: service_started}}}, debug: {image: b, profiles: [dev]}}';

  it.each([
    [undefined, {}, ['web']],
    [['dev'], {}, ['web', 'debug']],
    [['*'], {}, ['web', 'debug']],
    [undefined, { COMPOSE_PROFILES: 'x,dev' }, ['web', 'debug']],
  ])('%j with %j turn on %j', (profiles, environment, names) => {
    expect(Object.keys(loadGood(text, { profiles, environment }).services)).toEqual(names);
  });

  it('drop an optional dependency and miss a required one', () => {
    expect(loadGood(text).services['web']?.dependsOn).toEqual([]);
    expect(problemsOf(text.replace('required: false, ', ''))).toContain(
      'error[spec.profile-off]: service "web" depends on "debug", whose profiles are not active',
    );
  });
});

describe('the name of the stack', () => {
  const file = 'name: "From-${X:-File}"\nservices: {web: {image: a, command: "$COMPOSE_PROJECT_NAME"}}';

  it.each([
    [{}, 'from-file'],
    [{ environment: { X: 'env' } }, 'from-env'],
    [{ environment: { COMPOSE_PROJECT_NAME: 'other' } }, 'other'],
    [{ environment: { COMPOSE_PROJECT_NAME: 'other' }, projectName: 'asked' }, 'asked'],
  ])('with %j is %s, also as a variable', (options, name) => {
    const stack = loadGood(file, options);
    expect([stack.name, stack.services['web']?.command]).toEqual([name, [name]]);
  });

  it('is that of the directory or of the watched file if the file has none', () => {
    const text = 'services: {web: {image: a}}';
    expect(loadGood(text).name).toBe('shop');
    expect(loadGood(text, { fallbackName: '_My Blog.2' }).name).toBe('myblog2');
  });

  it.each([[{ projectName: 'Bad Name' }], [{ fallbackName: '...' }], [{ projectName: 'x'.repeat(80) }]])(
    '%j is refused',
    (options) => {
      expect(load('services: {web: {image: a}}', options).problems[0]?.code).toBe('spec.name-invalid');
    },
  );
});

describe('variables', () => {
  const text = 'services: {web: {image: "a:${TAG}"}}';

  it('come from the environment before .env', () => {
    const files = { 'stack.yaml': text, '.env': 'TAG=file' };
    expect(loadGood(files).services['web']?.image).toBe('a:file');
    expect(loadGood(files, { environment: { TAG: 'env' } }).services['web']?.image).toBe('a:env');
    expect(load(files, { environment: { COMPOSE_DISABLE_ENV_FILE: '1' } }).problems).toContainEqual(
      expect.objectContaining({ code: 'spec.unset-variable' }),
    );
  });

  it('come from the files that are named instead of .env, the last first', () => {
    const files = { 'stack.yaml': text, '.env': 'TAG=file', 'a.env': 'TAG=a', 'b.env': 'TAG=b' };
    expect(loadGood(files, { environmentFiles: ['a.env', 'b.env'] }).services['web']?.image).toBe('a:b');
    expect(load(files, { environmentFiles: ['gone.env'] }).problems[0]?.code).toBe('spec.unreadable');
  });
});

describe('the inputs of a load', () => {
  it('are all files looked at and all variables asked for', () => {
    const { inputs } = load({ 'stack.yaml': 'services: {web: {image: "a:${TAG:-1}"}}' });
    expect(inputs.files.map(({ path, digest }) => [path, digest === null])).toEqual([
      ['/srv/shop/.env', true],
      ['/srv/shop/stack.yaml', false],
    ]);
    expect(inputs.variables).toContain('TAG');
  });
});

describe('links', () => {
  it('are dependencies with another name for the service', () => {
    const { services } = loadGood(
      'services: {web: {image: a, links: ["db:database", cache]}, db: {image: b}, cache: {image: c}}',
    );
    expect(services['web']?.dependsOn).toEqual([
      { service: 'db', condition: 'service_started', restart: true, required: true },
      { service: 'cache', condition: 'service_started', restart: true, required: true },
    ]);
    expect(services['db']?.network).toMatchObject({ attachments: [{ aliases: ['database'] }] });
  });
});

describe('networks and volumes', () => {
  it('have names of their own, and only those that are used are there', () => {
    const text = `services: {web: {image: a, networks: [front, proxy], volumes: ["data:/d", "old:/o"]}}
networks:
  front: {internal: true, enable_ipv6: true, driver_opts: {com.docker.network.driver.mtu: 1400}, ipam: {config: [{subnet: 10.9.0.0/24, gateway: 10.9.0.1}]}, labels: [a=1]}
  proxy: {external: true}
  spare: {}
volumes: {data: {name: my-data, labels: {b: 2}}, old: {external: {name: legacy}}, spare: }`;
    const { networks, volumes } = loadGood(text);
    expect({ networks, volumes }).toEqual({
      networks: {
        front: {
          name: 'shop_front',
          external: false,
          internal: true,
          subnet: '10.9.0.0/24',
          gateway: '10.9.0.1',
          mtu: 1400,
          enableIpv6: true,
          labels: { a: '1' },
        },
        proxy: { name: 'proxy', external: true, internal: false, enableIpv6: false, labels: {} },
      },
      volumes: {
        data: { name: 'my-data', external: false, labels: { b: '2' } },
        old: { name: 'legacy', external: true, labels: {} },
      },
    });
  });

  it.each([
    ['networks: {n: {external: true, internal: true}}', 'spec.exclusive'],
    ['networks: {n: {driver: macvlan}}', 'spec.unsupported'],
    ['networks: {n: {ipam: {config: [{subnet: 10.9.0.0}]}}}', 'spec.bad-value'],
    ['networks: {n: {ipam: {config: [{subnet: 10.9.0.0/24, gateway: 10.8.0.1}]}}}', 'spec.bad-value'],
    ['networks: {n: {name: "a/b"}}', 'spec.bad-value'],
    ['volumes: {v: {driver: nfs}}', 'spec.unsupported'],
    ['volumes: {v: {driver_opts: {type: nfs}}}', 'spec.unsupported'],
  ])('%s is told', (definition, code) => {
    expect(
      load(`services: {web: {image: a}}\n${definition}`).problems.map((problem) => problem.code),
    ).toEqual([code]);
  });
});
