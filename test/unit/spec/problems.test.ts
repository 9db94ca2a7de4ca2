// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of stack files, not of JavaScript
import { describe, expect, it } from 'vitest';
import { load, problemsOf } from './load-text.ts';

describe('problems as people read them', () => {
  it('come all at once, by position, each with its place', () => {
    const text = `name: shop
services:
  web:
    image: nginx:1.29
    enviroment:
      A: 1
    ports:
      - "80:80:80:80"
    depends_on:
      - dbb
    volumes:
      - dat:/data
  db:
    image: "postgres:\${PG_VERSION:?choose one}"
    restart: sometimes
    deploy:
      resources:
        limits: { memory: 10x }
volumes:
  data:
`;
    expect(problemsOf(text)).toBe(
      `error[spec.unknown-key]: "enviroment" is not a key of service "web"
  stack.yaml:5:5  enviroment:
                  ^^^^^^^^^^ did you mean "environment"?
error[spec.bad-port]: "80:80:80:80" is not a port: "80:80" is not an IP address
  stack.yaml:8:9  - "80:80:80:80"
                    ^^^^^^^^^^^^^
error[spec.unknown-service]: service "web" depends on "dbb", which is not in this stack
  stack.yaml:10:9  - dbb
                     ^^^ did you mean "db"?
error[spec.unknown-volume]: the volume "dat" is not declared
  stack.yaml:12:9  - dat:/data
                     ^^^ did you mean "data"?
error[spec.variable-required]: the required variable PG_VERSION is not set: choose one
  stack.yaml:14:22  image: "postgres:\${PG_VERSION:?choose one}"
                                     ^^^^^^^^^^^^^^^^^^^^^^^^^
error[spec.bad-value]: "sometimes" is not allowed for \`services.db.restart\`
  stack.yaml:15:14  restart: sometimes
                             ^^^^^^^^^
error[spec.bad-size]: "10x" is not a size; expected a number with b, k, m or g, such as "64m"
  stack.yaml:18:27  limits: { memory: 10x }
                                      ^^^`,
    );
  });

  it.each([
    [
      'a mistake in YAML',
      'services:\n  web:\n    image: "nginx\n',
      'error[spec.bad-yaml]: missing closing "quote\n  stack.yaml:4:1',
    ],
    [
      'a key that is given twice',
      'services:\n  web:\n    image: a\n    image: b\n',
      'error[spec.duplicate-key]: key "image" is given twice, first in line 3\n  stack.yaml:4:5  image: b\n                  ^^^^^',
    ],
    [
      'a wrong type',
      'services:\n  web:\n    image: a\n    ports: 80\n',
      'error[spec.wrong-type]: `services.web.ports` must be a list, not 80\n  stack.yaml:4:12  ports: 80\n                          ^^',
    ],
    [
      'a service that is none',
      'services:\n  web:\n',
      'error[spec.wrong-type]: service "web" must be a mapping, not empty\n  stack.yaml:2:7  web:\n                      ^',
    ],
    [
      'a word that is not allowed',
      'services:\n  web:\n    image: a\n    depends_on: {db: {condition: healthy}}\n  db: {image: b}\n',
      'error[spec.bad-value]: `services.web.depends_on.db.condition` is "healthy"; it must be "service_started", "service_healthy" or "service_completed_successfully"\n  stack.yaml:4:34  depends_on: {db: {condition: healthy}}\n                                                ^^^^^^^',
    ],
    [
      'a name that is none',
      'services:\n  "we b": {image: a}\n',
      'error[spec.bad-value]: "we b" is not a name; use letters, digits, ".", "_" and "-"\n  stack.yaml:2:3  "we b": {image: a}\n                  ^^^^^^',
    ],
    [
      'a circle of dependencies',
      'services:\n  a: {image: x, depends_on: [b]}\n  b: {image: x, depends_on: [c]}\n  c: {image: x, depends_on: [a]}\n',
      'error[spec.dependency-cycle]: services wait for each other: a -> b -> c -> a\n  stack.yaml:4:17  c: {image: x, depends_on: [a]}\n                                 ^^^^^^^^^^\n  hint: remove a from `depends_on` of c, or another link of the circle',
    ],
    [
      'one host port for two services',
      'services:\n  a: {image: x, ports: ["80:80"]}\n  b: {image: x, ports: ["127.0.0.1:80:80"]}\n',
      'error[spec.duplicate-port]: services "a" and "b" both publish host port 80/tcp\n  stack.yaml:3:17  b: {image: x, ports: ["127.0.0.1:80:80"]}\n                                 ^^^^^',
    ],
    [
      'a file that is no mapping',
      '- web\n',
      'error[spec.wrong-type]: a stack file is a mapping\n  stack.yaml:1:1  - web\n                  ^^^^^\n  hint: begin with `services:`',
    ],
    [
      'a stack without services',
      'services: {}\n',
      'error[spec.missing-key]: the stack has no services\n  stack.yaml:1:1  services: {}\n                  ^^^^^^^^^^^^',
    ],
    [
      'an unknown key that is like no other',
      'services:\n  web: {image: a, exclude_from_hc: true}\n',
      'warning[spec.unknown-key]: "exclude_from_hc" is not a key of service "web"; it is ignored\n  stack.yaml:2:19  web: {image: a, exclude_from_hc: true}\n                                   ^^^^^^^^^^^^^^^',
    ],
    [
      'a version',
      'version: "3.8"\nservices:\n  web: {image: a}\n',
      'warning[spec.deprecated]: `version` has no meaning any more\n  stack.yaml:1:1  version: "3.8"\n                  ^^^^^^^\n  hint: remove the line',
    ],
    [
      'a variable that is not set',
      'services:\n  web: {image: a, command: "x $GONE ${GONE}"}\n',
      'warning[spec.unset-variable]: the variable GONE is not set; it counts as empty\n  stack.yaml:2:31  web: {image: a, command: "x $GONE ${GONE}"}\n                                               ^^^^^',
    ],
  ])('%s', (_, text, problems) => {
    expect(problemsOf(text)).toBe(problems);
  });

  it('name the file that is missing', () => {
    expect(problemsOf({})).toBe(
      'error[spec.unreadable]: cannot read stack.yaml: it is not there\n  stack.yaml',
    );
  });

  it('have one follow-up at most: a broken image is not a missing one', () => {
    expect(load('services:\n  web:\n    image: [a]\n').problems).toHaveLength(1);
    expect(load('services:\n  web:\n    image: ${\n').problems).toHaveLength(1);
  });

  it('are told once for a value that many share', () => {
    const text =
      'x-base: &base {restart: never}\nservices:\n  a: {<<: *base, image: x}\n  b: {<<: *base, image: x}\n';
    expect(load(text).problems).toHaveLength(1);
  });

  it('do not carry control characters to the terminal', () => {
    expect(problemsOf('services:\n  web: {image: "a\\e[31m"}\n  "\u0007": {}\n')).not.toMatch(/[^\P{Cc}\n]/u);
  });

  it('show the part of a long line that is meant', () => {
    const text = `services:\n  web: {image: a, labels: ["${'x'.repeat(300)}"], restart: never}\n`;
    const lines = problemsOf(text).split('\n');
    expect(lines[1]?.length).toBeLessThan(140);
    expect(lines[2]?.trim()).toBe('^^^^^');
    expect(lines[1]?.slice(lines[2]?.indexOf('^'))).toMatch(/^never/);
  });
});
