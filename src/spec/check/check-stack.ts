import type { Stack } from '../../model/stack.ts';
import type { StackAsWritten } from '../as-written.ts';
import type { Field } from '../field.ts';
import { checkAddresses } from './addresses.ts';
import { checkDependencyCycles } from './dependency-cycles.ts';
import { checkEndlessDependencies } from './endless-dependencies.ts';
import { checkPortClashes } from './port-clashes.ts';

/** What can only be seen when all services are known. */
export function checkStack(stack: Stack, root: Field<StackAsWritten>): void {
  checkDependencyCycles(stack.services, root);
  checkEndlessDependencies(stack.services, root);
  checkPortClashes(stack.services, root);
  checkAddresses(stack, root);
}
