// Generated from schemas/normalised-stack.schema.json by scripts/generate-validators.mjs; do not edit.
export interface SchemaError {
  /** JSON pointer of the value, `/services/web/ports/0`. */
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** With `propertyNames`: the name that is wrong. */
  readonly propertyName?: string;
}

/** Whether `data` fits the schema; if not, `errors` lists all that is wrong until the next call. */
export declare const validateNormalisedStack: {
  (data: unknown): boolean;
  errors?: readonly SchemaError[] | null;
};

export interface KeyTree {
  readonly [key: string]: KeyTree;
}

/** The keys that a document may have: `*` stands for any name, `[]` for the items of a list. */
export declare const validateNormalisedStackKeys: KeyTree;
