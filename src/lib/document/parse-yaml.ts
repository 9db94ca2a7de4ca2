import {
  type Alias,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  type ParsedNode,
  Parser,
  type YAMLMap,
  type YAMLSeq,
  Composer as YamlComposer,
  type Scalar as YamlScalar,
} from 'yaml';
import { mergeEntries } from './merge-key.ts';
import { resolvePlainScalar } from './resolve-scalar.ts';
import type { SourceFile, SourceRange } from './source-file.ts';
import type { MappingEntry, MappingNode, SequenceNode, SourceNode } from './source-node.ts';

export interface YamlProblem {
  readonly kind: 'syntax' | 'duplicate-key' | 'too-large';
  readonly message: string;
  readonly at: SourceRange;
  readonly hint?: string;
}

export interface ParsedYaml {
  /** One per `---` document that is not empty; none where the text is broken. */
  readonly documents: readonly SourceNode[];
  readonly problems: readonly YamlProblem[];
}

/** Nodes of a document with every alias counted at its full size: a few lines can stand for gigabytes. */
const maxNodes = 100_000;
const maxDepth = 200;
const tooDeep = `nested more than ${maxDepth} levels deep`;
const maxLexemes = 1_000_000;
/** One mistake in YAML makes many complaints: the first few lines are worth reading. */
const maxSyntaxProblems = 5;

/**
 * Reads YAML 1.2 with the extras that Compose files rely on (merge keys, `0440` octal, see `resolve-scalar.ts`).
 * Never throws; keys are text; a key given twice is a problem.
 */
export function parseYaml(file: SourceFile): ParsedYaml {
  const parsed = parseDocuments(file);
  if ('problem' in parsed) return { documents: [], problems: [parsed.problem] };
  const syntax = parsed.documents.flatMap((document) => syntaxProblems(document, file));
  if (syntax.length > 0) return { documents: [], problems: syntax.slice(0, maxSyntaxProblems) };
  const problems: YamlProblem[] = [];
  const documents: SourceNode[] = [];
  for (const document of parsed.documents) {
    const contents = document.contents;
    if (contents === null || isEmptyScalar(contents)) continue;
    const node = new Composer(file, problems).compose(contents);
    if (node !== undefined) documents.push(node);
  }
  return { documents, problems };
}

type YamlDocument = Document.Parsed<ParsedNode>;

function parseDocuments(
  file: SourceFile,
): { readonly documents: readonly YamlDocument[] } | { readonly problem: YamlProblem } {
  const tokens = tokenize(file);
  if ('problem' in tokens) return tokens;
  // `failsafe` leaves all scalars as text: their values are ours to resolve. Whatever `%YAML` says, too.
  const composer = new YamlComposer({
    schema: 'failsafe',
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  return { documents: [...composer.compose(tokens.tokens)] };
}

/**
 * The composer recurses: what is nested by the thousand would end its stack, and V8 ends the process when that happens
 * while it compiles a regular expression. So depth is limited before, and the work for hostile text with it.
 */
function tokenize(
  file: SourceFile,
): { readonly tokens: readonly CST.Token[] } | { readonly problem: YamlProblem } {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let lexemes = 0;
  const stop = (kind: YamlProblem['kind'], message: string) => ({
    problem: { kind, message, at: { file, start: parser.offset, end: parser.offset } },
  });
  for (const lexeme of new Lexer().lex(file.text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    lexemes += 1;
    if (parser.stack.length > maxDepth) return stop('syntax', tooDeep);
    if (lexemes > maxLexemes) return stop('too-large', 'too long for a stack file');
  }
  tokens.push(...parser.end());
  return { tokens };
}

function syntaxProblems(document: YamlDocument, file: SourceFile): YamlProblem[] {
  const problems = new Map<number, YamlProblem>();
  for (const error of document.errors) {
    const at = { file, start: error.pos[0], end: Math.max(error.pos[0], error.pos[1]) };
    const { line } = file.positionAt(at.start);
    if (problems.has(line)) continue;
    const message = error.message.charAt(0).toLowerCase() + error.message.slice(1);
    const hint = error.code === 'TAB_AS_INDENT' ? { hint: 'indent with spaces' } : {};
    problems.set(line, { kind: 'syntax', message: message.replace(/\.$/, ''), at, ...hint });
  }
  return [...problems.values()];
}

function isEmptyScalar(node: ParsedNode): boolean {
  return isScalar(node) && node.type === 'PLAIN' && node.source === '' && node.tag === undefined;
}

interface Anchor {
  readonly node: SourceNode;
  readonly weight: number;
}

/** Turns the parser's tree into source nodes: aliases resolved, merge keys applied, size limited. */
class Composer {
  private readonly file: SourceFile;
  private readonly problems: YamlProblem[];
  private readonly anchors = new Map<string, Anchor>();
  private nodes = 0;
  private depth = 0;

  constructor(file: SourceFile, problems: YamlProblem[]) {
    this.file = file;
    this.problems = problems;
  }

  /** @returns nothing where a problem made the node unusable */
  compose(node: ParsedNode): SourceNode | undefined {
    if (isAlias(node)) return this.resolveAlias(node);
    const before = this.nodes;
    this.nodes += 1;
    if (this.isTooLarge(node)) return undefined;
    this.depth += 1;
    const composed = this.composeOwn(node);
    this.depth -= 1;
    if (node.anchor !== undefined && composed !== undefined) {
      this.anchors.set(node.anchor, { node: composed, weight: this.nodes - before });
    }
    return composed;
  }

  private composeOwn(node: Exclude<ParsedNode, Alias.Parsed>): SourceNode | undefined {
    if (isMap(node)) return this.composeMapping(node);
    if (isSeq(node)) return this.composeSequence(node);
    return this.composeScalar(node);
  }

  private composeScalar(node: YamlScalar.Parsed): SourceNode {
    const text = typeof node.value === 'string' ? node.value : node.source;
    const isPlain = node.type === 'PLAIN';
    const isText = !isPlain || node.tag === 'tag:yaml.org,2002:str' || node.tag === '!';
    const value = isText ? text : resolvePlainScalar(text);
    return { kind: 'scalar', value, text, isPlain, ...this.placeOf(node), ...localTag(node.tag) };
  }

  private composeSequence(node: YAMLSeq.Parsed): SequenceNode {
    const items: SourceNode[] = [];
    for (const item of node.items) {
      const composed = isPair(item) ? undefined : this.compose(item);
      if (composed !== undefined) items.push(composed);
    }
    return { kind: 'sequence', items, ...this.placeOf(node), ...localTag(node.tag) };
  }

  private composeMapping(node: YAMLMap.Parsed): MappingNode {
    const entries = new Map<string, MappingEntry>();
    const merged: SourceNode[] = [];
    for (const pair of node.items) {
      const value = pair.value === null ? this.nullAt(pair.key) : this.compose(pair.value);
      const key = this.composeKey(pair.key);
      if (key === undefined || value === undefined) continue;
      const earlier = entries.get(key.text);
      if (key.text === '<<') merged.push(value);
      else if (earlier !== undefined) this.reportDuplicate(key.text, key.at, earlier.key);
      else entries.set(key.text, { key: key.at, value });
    }
    for (const value of merged) {
      const at = mergeEntries(entries, value);
      if (at !== undefined)
        this.add('syntax', 'the value of `<<` must be a mapping or a list of mappings', at);
    }
    return { kind: 'mapping', entries, ...this.placeOf(node), ...localTag(node.tag) };
  }

  /** `? key` and `{key}` have no value at all. */
  private nullAt(key: ParsedNode): SourceNode {
    return { kind: 'scalar', value: null, text: '', isPlain: true, ...this.placeOf(key) };
  }

  private composeKey(key: ParsedNode): { readonly text: string; readonly at: SourceRange } | undefined {
    const node = this.compose(key);
    if (node?.kind !== 'scalar') {
      if (node !== undefined) this.add('syntax', 'a key must be text, not a mapping or a list', node);
      return undefined;
    }
    const at = { file: this.file, start: node.start, end: node.end };
    if (node.text === '__proto__') {
      this.add('syntax', 'the key "__proto__" is not allowed', at);
      return undefined;
    }
    return { text: node.text, at };
  }

  private resolveAlias(alias: Alias.Parsed): SourceNode | undefined {
    const target = this.anchors.get(alias.source);
    const at = this.placeOf(alias);
    if (target === undefined) {
      this.add('syntax', `the alias *${alias.source} stands for something that contains it`, at);
      return undefined;
    }
    this.nodes += target.weight;
    if (this.isTooLarge(alias)) return undefined;
    const { file, start, end } = target.node.definedAt ?? target.node;
    return { ...target.node, ...at, definedAt: { file, start, end } };
  }

  private isTooLarge(node: ParsedNode): boolean {
    if (this.depth > maxDepth) {
      this.addOnce('syntax', tooDeep, this.placeOf(node));
      return true;
    }
    if (this.nodes <= maxNodes) return false;
    const message = `more than ${maxNodes} values after aliases are put in`;
    this.addOnce('too-large', message, this.placeOf(node));
    return true;
  }

  private reportDuplicate(key: string, at: SourceRange, earlier: SourceRange): void {
    const { line } = this.file.positionAt(earlier.start);
    this.add('duplicate-key', `key "${key}" is given twice, first in line ${line}`, at);
  }

  private placeOf(node: ParsedNode): SourceRange {
    return { file: this.file, start: node.range[0], end: node.range[1] };
  }

  private add(kind: YamlProblem['kind'], message: string, { file, start, end }: SourceRange): void {
    this.problems.push({ kind, message, at: { file, start, end } });
  }

  private addOnce(kind: YamlProblem['kind'], message: string, at: SourceRange): void {
    if (!this.problems.some((problem) => problem.message === message)) this.add(kind, message, at);
  }
}

function isPair(item: YAMLSeq.Parsed['items'][number]): item is Exclude<typeof item, ParsedNode> {
  return !isMap(item) && !isSeq(item) && !isScalar(item) && !isAlias(item);
}

/** The standard tags say what the value says already. */
function localTag(tag: string | undefined): { readonly tag?: string } {
  return tag === undefined || tag.startsWith('tag:yaml.org,2002:') || tag === '!' ? {} : { tag };
}
