import {
  deepestAt,
  formatPath,
  keyAt,
  type Path,
  partOf,
  type SourceNode,
} from '../lib/document/source-node.ts';
import type { ErrorCode } from '../model/error-code.ts';
import type { ProblemCollector } from './problem-collector.ts';

/** The document that fields belong to. */
export interface FieldScope {
  readonly root: SourceNode;
  readonly problems: ProblemCollector;
  /** Paths (as `formatPath` writes them) of values taken out because their problem has been reported. */
  readonly broken: ReadonlySet<string>;
}

interface ProblemOptions {
  readonly hint?: string | undefined;
  /** Mark the key instead of the value. */
  readonly atKey?: boolean;
  /** Mark only this part of the text: offset and length in UTF-16 units. */
  readonly part?: readonly [offset: number, length: number];
}

/**
 * A value of the validated document together with its place in the file: what a normaliser gets, so that it can say
 * where something is wrong. Places are only looked up when there is a problem.
 */
export class Field<T> {
  readonly value: T;
  readonly path: Path;
  private readonly scope: FieldScope;

  constructor(value: T, path: Path, scope: FieldScope) {
    this.value = value;
    this.path = path;
    this.scope = scope;
  }

  /** The last key of the path; '' at the root. */
  get key(): string {
    return String(this.path.at(-1) ?? '');
  }

  /** A member of a mapping; nothing when it is absent or null, which mean the same. */
  get<K extends keyof T & string>(key: K): Field<NonNullable<T[K]>> | undefined {
    const value = this.value[key];
    return value === undefined || value === null ? undefined : this.at(key, value);
  }

  /** The items of a list, those with a reported problem left out. */
  items<Item>(this: Field<readonly Item[]>): Field<NonNullable<Item>>[] {
    return this.value.flatMap((item, index) =>
      item === undefined || item === null ? [] : [this.at<NonNullable<Item>>(index, item)],
    );
  }

  /** The members of a mapping in the order of the file; a key without a value is there as null, whatever the schema says. */
  entries<V>(this: Field<Readonly<Record<string, V>>>): [string, Field<V | null>][] {
    return Object.entries(this.value).map(([key, value]) => [key, this.at<V | null>(key, value)]);
  }

  /** The same place with a value that has been found to be of a narrower type. */
  as<U>(value: U): Field<U> {
    return new Field(value, this.path, this.scope);
  }

  /** Whether this value, or the member under `key`, was taken out because its problem has been reported. */
  isBroken(key?: string): boolean {
    return this.scope.broken.has(formatPath(key === undefined ? this.path : [...this.path, key]));
  }

  /** Whether the file says just this text here, quotes aside. */
  isWrittenAs(text: string): boolean {
    const node = deepestAt(this.scope.root, this.path);
    return node.kind === 'scalar' && node.text === text;
  }

  error(code: ErrorCode, message: string, options: ProblemOptions = {}): void {
    this.report('error', { code, message, ...options });
  }

  warn(code: ErrorCode, message: string, options: ProblemOptions = {}): void {
    this.report('warning', { code, message, ...options });
  }

  private at<U>(key: string | number, value: U): Field<U> {
    return new Field(value, [...this.path, key], this.scope);
  }

  private report(
    severity: 'error' | 'warning',
    { code, message, hint, atKey = false, part }: ProblemOptions & { code: ErrorCode; message: string },
  ): void {
    const { root, problems } = this.scope;
    const node = deepestAt(root, this.path);
    const isPart = part !== undefined && node.kind === 'scalar';
    const at = isPart ? partOf(node, ...part) : atKey ? keyAt(root, this.path) : node;
    problems.add({ code, severity, message, hint, at, path: formatPath(this.path) });
  }
}

/** A value of the file inside a message: quoted, and never longer than a line. */
export function quote(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text);
}
