type Optional<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** Fields that are absent, rather than undefined, where the file says nothing. */
export function optional<T extends object>(fields: T): Optional<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Optional<T>;
}
