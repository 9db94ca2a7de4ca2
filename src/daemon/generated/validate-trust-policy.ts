// Generated from schemas/trust-policy.schema.json by scripts/generate-validators.mjs; do not edit.
// @ts-nocheck
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
export interface Validator {
  (data: unknown): boolean;
  errors?: readonly SchemaError[] | null;
}

/** The keys that a document may have: `*` stands for any name, `[]` for the items of a list. */
export interface KeyTree {
  readonly [key: string]: KeyTree;
}

var __getOwnPropNames = Object.getOwnPropertyNames;
var __commonJS = (cb, mod) => function __require() {
  try {
    return mod || (0, cb[__getOwnPropNames(cb)[0]])((mod = { exports: {} }).exports, mod), mod.exports;
  } catch (e) {
    throw mod = 0, e;
  }
};

// node_modules/ajv/dist/runtime/ucs2length.js
var require_ucs2length = __commonJS({
  "node_modules/ajv/dist/runtime/ucs2length.js"(exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    function ucs2length(str) {
      const len = str.length;
      let length = 0;
      let pos = 0;
      let value;
      while (pos < len) {
        length++;
        value = str.charCodeAt(pos++);
        if (value >= 55296 && value <= 56319 && pos < len) {
          value = str.charCodeAt(pos);
          if ((value & 64512) === 56320)
            pos++;
        }
      }
      return length;
    }
    exports.default = ucs2length;
    ucs2length.code = 'require("ajv/dist/runtime/ucs2length").default';
  }
});

// <stdin>
var require_stdin = __commonJS({
  "<stdin>"(exports) {
    exports.validateTrustPolicy = validate52;
    var schema20 = { "type": "object", "additionalProperties": false, "required": ["require"], "properties": { "require": { "enum": ["accept", "reject", "digest", "signature"] }, "imported": { "enum": ["accept", "same"] }, "keys": { "type": "array", "minItems": 1, "items": { "type": "string", "pattern": "^/" } }, "trustedRoot": { "type": "string", "pattern": "^/" }, "identities": { "type": "array", "minItems": 1, "items": { "type": "object", "additionalProperties": false, "required": ["issuer"], "properties": { "issuer": { "type": "string", "minLength": 1 }, "subject": { "type": "string", "minLength": 1 }, "subjectPattern": { "type": "string", "minLength": 1 } } } }, "signedAs": { "type": "string", "minLength": 1 } } };
    var pattern3 = new RegExp("^/", "u");
    var func1 = require_ucs2length().default;
    function validate53(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
      let vErrors = null;
      let errors = 0;
      const evaluated0 = validate53.evaluated;
      if (evaluated0.dynamicProps) {
        evaluated0.props = void 0;
      }
      if (evaluated0.dynamicItems) {
        evaluated0.items = void 0;
      }
      if (data && typeof data == "object" && !Array.isArray(data)) {
        if (data.require === void 0) {
          const err0 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "require" } };
          if (vErrors === null) {
            vErrors = [err0];
          } else {
            vErrors.push(err0);
          }
          errors++;
        }
        for (const key0 in data) {
          if (!(key0 === "require" || key0 === "imported" || key0 === "keys" || key0 === "trustedRoot" || key0 === "identities" || key0 === "signedAs")) {
            const err1 = { instancePath, schemaPath: "#/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key0 } };
            if (vErrors === null) {
              vErrors = [err1];
            } else {
              vErrors.push(err1);
            }
            errors++;
          }
        }
        if (data.require !== void 0) {
          let data0 = data.require;
          if (!(data0 === "accept" || data0 === "reject" || data0 === "digest" || data0 === "signature")) {
            const err2 = { instancePath: instancePath + "/require", schemaPath: "#/properties/require/enum", keyword: "enum", params: { allowedValues: schema20.properties.require.enum } };
            if (vErrors === null) {
              vErrors = [err2];
            } else {
              vErrors.push(err2);
            }
            errors++;
          }
        }
        if (data.imported !== void 0) {
          let data1 = data.imported;
          if (!(data1 === "accept" || data1 === "same")) {
            const err3 = { instancePath: instancePath + "/imported", schemaPath: "#/properties/imported/enum", keyword: "enum", params: { allowedValues: schema20.properties.imported.enum } };
            if (vErrors === null) {
              vErrors = [err3];
            } else {
              vErrors.push(err3);
            }
            errors++;
          }
        }
        if (data.keys !== void 0) {
          let data2 = data.keys;
          if (Array.isArray(data2)) {
            if (data2.length < 1) {
              const err4 = { instancePath: instancePath + "/keys", schemaPath: "#/properties/keys/minItems", keyword: "minItems", params: { limit: 1 } };
              if (vErrors === null) {
                vErrors = [err4];
              } else {
                vErrors.push(err4);
              }
              errors++;
            }
            const len0 = data2.length;
            for (let i0 = 0; i0 < len0; i0++) {
              let data3 = data2[i0];
              if (typeof data3 === "string") {
                if (!pattern3.test(data3)) {
                  const err5 = { instancePath: instancePath + "/keys/" + i0, schemaPath: "#/properties/keys/items/pattern", keyword: "pattern", params: { pattern: "^/" } };
                  if (vErrors === null) {
                    vErrors = [err5];
                  } else {
                    vErrors.push(err5);
                  }
                  errors++;
                }
              } else {
                const err6 = { instancePath: instancePath + "/keys/" + i0, schemaPath: "#/properties/keys/items/type", keyword: "type", params: { type: "string" } };
                if (vErrors === null) {
                  vErrors = [err6];
                } else {
                  vErrors.push(err6);
                }
                errors++;
              }
            }
          } else {
            const err7 = { instancePath: instancePath + "/keys", schemaPath: "#/properties/keys/type", keyword: "type", params: { type: "array" } };
            if (vErrors === null) {
              vErrors = [err7];
            } else {
              vErrors.push(err7);
            }
            errors++;
          }
        }
        if (data.trustedRoot !== void 0) {
          let data4 = data.trustedRoot;
          if (typeof data4 === "string") {
            if (!pattern3.test(data4)) {
              const err8 = { instancePath: instancePath + "/trustedRoot", schemaPath: "#/properties/trustedRoot/pattern", keyword: "pattern", params: { pattern: "^/" } };
              if (vErrors === null) {
                vErrors = [err8];
              } else {
                vErrors.push(err8);
              }
              errors++;
            }
          } else {
            const err9 = { instancePath: instancePath + "/trustedRoot", schemaPath: "#/properties/trustedRoot/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err9];
            } else {
              vErrors.push(err9);
            }
            errors++;
          }
        }
        if (data.identities !== void 0) {
          let data5 = data.identities;
          if (Array.isArray(data5)) {
            if (data5.length < 1) {
              const err10 = { instancePath: instancePath + "/identities", schemaPath: "#/properties/identities/minItems", keyword: "minItems", params: { limit: 1 } };
              if (vErrors === null) {
                vErrors = [err10];
              } else {
                vErrors.push(err10);
              }
              errors++;
            }
            const len1 = data5.length;
            for (let i1 = 0; i1 < len1; i1++) {
              let data6 = data5[i1];
              if (data6 && typeof data6 == "object" && !Array.isArray(data6)) {
                if (data6.issuer === void 0) {
                  const err11 = { instancePath: instancePath + "/identities/" + i1, schemaPath: "#/properties/identities/items/required", keyword: "required", params: { missingProperty: "issuer" } };
                  if (vErrors === null) {
                    vErrors = [err11];
                  } else {
                    vErrors.push(err11);
                  }
                  errors++;
                }
                for (const key1 in data6) {
                  if (!(key1 === "issuer" || key1 === "subject" || key1 === "subjectPattern")) {
                    const err12 = { instancePath: instancePath + "/identities/" + i1, schemaPath: "#/properties/identities/items/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key1 } };
                    if (vErrors === null) {
                      vErrors = [err12];
                    } else {
                      vErrors.push(err12);
                    }
                    errors++;
                  }
                }
                if (data6.issuer !== void 0) {
                  let data7 = data6.issuer;
                  if (typeof data7 === "string") {
                    if (func1(data7) < 1) {
                      const err13 = { instancePath: instancePath + "/identities/" + i1 + "/issuer", schemaPath: "#/properties/identities/items/properties/issuer/minLength", keyword: "minLength", params: { limit: 1 } };
                      if (vErrors === null) {
                        vErrors = [err13];
                      } else {
                        vErrors.push(err13);
                      }
                      errors++;
                    }
                  } else {
                    const err14 = { instancePath: instancePath + "/identities/" + i1 + "/issuer", schemaPath: "#/properties/identities/items/properties/issuer/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err14];
                    } else {
                      vErrors.push(err14);
                    }
                    errors++;
                  }
                }
                if (data6.subject !== void 0) {
                  let data8 = data6.subject;
                  if (typeof data8 === "string") {
                    if (func1(data8) < 1) {
                      const err15 = { instancePath: instancePath + "/identities/" + i1 + "/subject", schemaPath: "#/properties/identities/items/properties/subject/minLength", keyword: "minLength", params: { limit: 1 } };
                      if (vErrors === null) {
                        vErrors = [err15];
                      } else {
                        vErrors.push(err15);
                      }
                      errors++;
                    }
                  } else {
                    const err16 = { instancePath: instancePath + "/identities/" + i1 + "/subject", schemaPath: "#/properties/identities/items/properties/subject/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err16];
                    } else {
                      vErrors.push(err16);
                    }
                    errors++;
                  }
                }
                if (data6.subjectPattern !== void 0) {
                  let data9 = data6.subjectPattern;
                  if (typeof data9 === "string") {
                    if (func1(data9) < 1) {
                      const err17 = { instancePath: instancePath + "/identities/" + i1 + "/subjectPattern", schemaPath: "#/properties/identities/items/properties/subjectPattern/minLength", keyword: "minLength", params: { limit: 1 } };
                      if (vErrors === null) {
                        vErrors = [err17];
                      } else {
                        vErrors.push(err17);
                      }
                      errors++;
                    }
                  } else {
                    const err18 = { instancePath: instancePath + "/identities/" + i1 + "/subjectPattern", schemaPath: "#/properties/identities/items/properties/subjectPattern/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err18];
                    } else {
                      vErrors.push(err18);
                    }
                    errors++;
                  }
                }
              } else {
                const err19 = { instancePath: instancePath + "/identities/" + i1, schemaPath: "#/properties/identities/items/type", keyword: "type", params: { type: "object" } };
                if (vErrors === null) {
                  vErrors = [err19];
                } else {
                  vErrors.push(err19);
                }
                errors++;
              }
            }
          } else {
            const err20 = { instancePath: instancePath + "/identities", schemaPath: "#/properties/identities/type", keyword: "type", params: { type: "array" } };
            if (vErrors === null) {
              vErrors = [err20];
            } else {
              vErrors.push(err20);
            }
            errors++;
          }
        }
        if (data.signedAs !== void 0) {
          let data10 = data.signedAs;
          if (typeof data10 === "string") {
            if (func1(data10) < 1) {
              const err21 = { instancePath: instancePath + "/signedAs", schemaPath: "#/properties/signedAs/minLength", keyword: "minLength", params: { limit: 1 } };
              if (vErrors === null) {
                vErrors = [err21];
              } else {
                vErrors.push(err21);
              }
              errors++;
            }
          } else {
            const err22 = { instancePath: instancePath + "/signedAs", schemaPath: "#/properties/signedAs/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err22];
            } else {
              vErrors.push(err22);
            }
            errors++;
          }
        }
      } else {
        const err23 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" } };
        if (vErrors === null) {
          vErrors = [err23];
        } else {
          vErrors.push(err23);
        }
        errors++;
      }
      validate53.errors = vErrors;
      return errors === 0;
    }
    validate53.evaluated = { "props": true, "dynamicProps": false, "dynamicItems": false };
    function validate52(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
      ;
      let vErrors = null;
      let errors = 0;
      const evaluated0 = validate52.evaluated;
      if (evaluated0.dynamicProps) {
        evaluated0.props = void 0;
      }
      if (evaluated0.dynamicItems) {
        evaluated0.items = void 0;
      }
      if (data && typeof data == "object" && !Array.isArray(data)) {
        if (data.default === void 0) {
          const err0 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "default" } };
          if (vErrors === null) {
            vErrors = [err0];
          } else {
            vErrors.push(err0);
          }
          errors++;
        }
        for (const key0 in data) {
          if (!(key0 === "default" || key0 === "scopes")) {
            const err1 = { instancePath, schemaPath: "#/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key0 } };
            if (vErrors === null) {
              vErrors = [err1];
            } else {
              vErrors.push(err1);
            }
            errors++;
          }
        }
        if (data.default !== void 0) {
          if (!validate53(data.default, { instancePath: instancePath + "/default", parentData: data, parentDataProperty: "default", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
            errors = vErrors.length;
          }
        }
        if (data.scopes !== void 0) {
          let data1 = data.scopes;
          if (data1 && typeof data1 == "object" && !Array.isArray(data1)) {
            for (const key1 in data1) {
              if (!validate53(data1[key1], { instancePath: instancePath + "/scopes/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"), parentData: data1, parentDataProperty: key1, rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
                errors = vErrors.length;
              }
            }
          } else {
            const err2 = { instancePath: instancePath + "/scopes", schemaPath: "#/properties/scopes/type", keyword: "type", params: { type: "object" } };
            if (vErrors === null) {
              vErrors = [err2];
            } else {
              vErrors.push(err2);
            }
            errors++;
          }
        }
      } else {
        const err3 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" } };
        if (vErrors === null) {
          vErrors = [err3];
        } else {
          vErrors.push(err3);
        }
        errors++;
      }
      validate52.errors = vErrors;
      return errors === 0;
    }
    validate52.evaluated = { "props": true, "dynamicProps": false, "dynamicItems": false };
  }
});
export const validateTrustPolicy: Validator = require_stdin().validateTrustPolicy;
