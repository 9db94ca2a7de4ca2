/**
 * How a node of a later file joins the earlier one, where it is not the plain rule (mappings by key, lists appended,
 * of scalars the later):
 *
 * - `replace`: the later as a whole
 * - `pairs`: `KEY=value` lists and mappings become mappings, joined by key
 * - `list`: a single value becomes a list; appended, equal values once
 * - `hosts`: as `list`; a mapping becomes `name=address` texts
 * - `names`: a list of names becomes a mapping of nothing, joined by key
 * - `depends`: as `names`, each name with its default condition
 * - `build`: a text becomes `{context}`
 * - `logging`: joined if it is the same driver, else the later
 * - `by-subnet`: items with the same `subnet` are joined
 */
export type MergeRule =
  | 'replace'
  | 'pairs'
  | 'list'
  | 'hosts'
  | 'names'
  | 'depends'
  | 'build'
  | 'logging'
  | 'by-subnet';

export interface MergeRules {
  readonly rule?: MergeRule;
  readonly below?: Readonly<Record<string, MergeRules>>;
}

const replace = { rule: 'replace' } as const;
const pairs = { rule: 'pairs' } as const;
const list = { rule: 'list' } as const;

const service: MergeRules = {
  below: {
    annotations: pairs,
    build: {
      rule: 'build',
      below: { args: pairs, labels: pairs, additional_contexts: pairs, extra_hosts: { rule: 'hosts' } },
    },
    command: replace,
    depends_on: { rule: 'depends' },
    deploy: { below: { labels: pairs } },
    dns: list,
    dns_opt: list,
    dns_search: list,
    entrypoint: replace,
    env_file: list,
    environment: pairs,
    extra_hosts: { rule: 'hosts' },
    healthcheck: { below: { test: replace } },
    label_file: list,
    labels: pairs,
    logging: { rule: 'logging' },
    models: { rule: 'names' },
    networks: { rule: 'names' },
    sysctls: pairs,
    tmpfs: list,
    ulimits: { below: { '*': replace } },
    'x-tsorch': { below: { probes: { below: { '*': replace } } } },
  },
};

/** Compose specification, "Merge Compose files". */
export const stackMergeRules: MergeRules = {
  below: {
    services: { below: { '*': service } },
    networks: {
      below: { '*': { below: { labels: pairs, ipam: { below: { config: { rule: 'by-subnet' } } } } } },
    },
    volumes: { below: { '*': { below: { labels: pairs } } } },
    configs: { below: { '*': { below: { labels: pairs } } } },
    secrets: { below: { '*': { below: { labels: pairs } } } },
  },
};

/** For one service over the one that it extends. */
export const serviceMergeRules = service;
