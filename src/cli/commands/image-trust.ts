import type { CommandInput } from '../command.ts';
import { type CommandContext, withClient } from '../context.ts';
import { print, printJson } from '../output/console.ts';

interface Explained {
  readonly reference: string;
  readonly manifest: string;
  readonly isHere: boolean;
  readonly allowed: boolean;
  readonly policy?: string;
  readonly scope: string;
  readonly require: string;
  readonly why: string;
  readonly findings: readonly Finding[];
  readonly failure?: string;
}

interface Finding {
  readonly place: string;
  readonly isGood: boolean;
  readonly why: string;
}

const refused = 1;

/** Exit status 0: it may run; 1: it may not. */
export async function run(context: CommandContext, input: CommandInput): Promise<number> {
  const [reference = ''] = input.args;
  const { json } = await withClient(context, (client) =>
    client.call('explainTrust', { reference }, { signal: context.signal }),
  );
  const explained = JSON.parse(json) as Explained;
  if (context.output === 'json') printJson(explained);
  else print(describe(explained).join('\n'));
  return explained.allowed ? 0 : refused;
}

function describe(of: Explained): readonly string[] {
  const rule = of.scope === 'default' ? 'default' : `scope ${of.scope}`;
  return [
    `${of.reference} ${of.allowed ? 'may run' : 'may not run'}: ${of.why}`,
    `  manifest  ${of.manifest}${of.isHere ? '' : ' (not on this node)'}`,
    ...(of.policy === undefined ? [] : [`  rule      ${rule} of ${of.policy}`, `  wants     ${of.require}`]),
    ...of.findings.map(({ place, isGood, why }) => `  found     ${place}: ${isGood ? 'good, ' : ''}${why}`),
    ...(of.failure === undefined ? [] : [`  failed    ${of.failure}`]),
  ];
}
