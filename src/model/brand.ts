/** A string that was checked once, where it entered; the tag keeps it from being mixed up with any other string. */
export type Brand<Tag extends string> = string & { readonly __brand: Tag };

/** Milliseconds since 1970, UTC. */
export type EpochMs = number;
