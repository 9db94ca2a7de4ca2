import { NodeClient } from '../client/node-client.ts';
import type { NodePaths } from '../config/paths.ts';

/** What every command gets: where the node lives, and how to reach it. */
export interface CommandContext {
  readonly paths: NodePaths;
  readonly output: 'text' | 'json';
  /** Aborted by Ctrl-C: a command that waits stops waiting. */
  readonly signal: AbortSignal;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Runs `use` with a client of the node and closes it, whatever happens. */
export async function withClient<Result>(
  context: CommandContext,
  use: (client: NodeClient) => Promise<Result>,
): Promise<Result> {
  const client = new NodeClient(context.paths.apiSocket);
  try {
    return await use(client);
  } finally {
    client.close();
  }
}
