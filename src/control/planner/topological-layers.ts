/** A thing with the keys of those that must come before it. */
export interface Dependent<Key> {
  readonly key: Key;
  readonly after: readonly Key[];
}

/**
 * Layers of a graph: each item as early as all that it comes after allow, within a layer in the order given. Keys that are
 * not among the items count as done. Total: the members of a cycle, and what comes after them, are the last layer.
 */
export function topologicalLayers<Key, Item extends Dependent<Key>>(
  items: readonly Item[],
): readonly Item[][] {
  const position = new Map(items.map((item, index) => [item.key, index]));
  const followers = new Map<Key, Item[]>();
  const missing = new Map<Key, number>();
  for (const item of items) {
    const needed = new Set(item.after.filter((key) => position.has(key) && key !== item.key));
    missing.set(item.key, needed.size);
    for (const key of needed) {
      const known = followers.get(key);
      if (known === undefined) followers.set(key, [item]);
      else known.push(item);
    }
  }
  const layers: Item[][] = [];
  let layer = items.filter(({ key }) => missing.get(key) === 0);
  while (layer.length > 0) {
    layers.push(layer);
    const next: Item[] = [];
    for (const follower of layer.flatMap(({ key }) => followers.get(key) ?? [])) {
      const left = (missing.get(follower.key) ?? 0) - 1;
      missing.set(follower.key, left);
      if (left === 0) next.push(follower);
    }
    layer = next.sort((a, b) => (position.get(a.key) ?? 0) - (position.get(b.key) ?? 0));
  }
  const rest = items.filter(({ key }) => (missing.get(key) ?? 0) > 0);
  return rest.length > 0 ? [...layers, rest] : layers;
}
