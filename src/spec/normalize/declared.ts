import type { MappingNode } from '../../lib/document/source-node.ts';
import type { ProfiledServices } from '../profiles.ts';
import type { Declared } from './context.ts';

/** Names as the file has them: one that is declared with a mistake in it is declared all the same. */
export function declaredNames(document: MappingNode, { enabled, disabled }: ProfiledServices): Declared {
  const broken = namesOf(document, 'services').filter((name) => !enabled.has(name) && !disabled.has(name));
  return {
    services: new Set([...enabled, ...broken]),
    disabledServices: disabled,
    networks: new Set(namesOf(document, 'networks')),
    volumes: new Set(namesOf(document, 'volumes')),
  };
}

function namesOf(document: MappingNode, key: string): readonly string[] {
  const node = document.entries.get(key)?.value;
  return node?.kind === 'mapping' ? [...node.entries.keys()] : [];
}
