// Generated from schemas/node-config.schema.json by scripts/generate-validators.mjs; do not edit.
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

// <stdin>
var require_stdin = __commonJS({
  "<stdin>"(exports) {
    exports.validateNodeConfig = validate52;
    var pattern3 = new RegExp("^/", "u");
    var pattern6 = new RegExp("^[a-z0-9][a-z0-9_-]*$", "u");
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
        for (const key0 in data) {
          if (!(key0 === "root" || key0 === "runDir" || key0 === "stacksDir" || key0 === "runtimes" || key0 === "insecureRegistries" || key0 === "metrics")) {
            const err0 = { instancePath, schemaPath: "#/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key0 } };
            if (vErrors === null) {
              vErrors = [err0];
            } else {
              vErrors.push(err0);
            }
            errors++;
          }
        }
        if (data.root !== void 0) {
          let data0 = data.root;
          if (typeof data0 === "string") {
            if (!pattern3.test(data0)) {
              const err1 = { instancePath: instancePath + "/root", schemaPath: "#/properties/root/pattern", keyword: "pattern", params: { pattern: "^/" } };
              if (vErrors === null) {
                vErrors = [err1];
              } else {
                vErrors.push(err1);
              }
              errors++;
            }
          } else {
            const err2 = { instancePath: instancePath + "/root", schemaPath: "#/properties/root/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err2];
            } else {
              vErrors.push(err2);
            }
            errors++;
          }
        }
        if (data.runDir !== void 0) {
          let data1 = data.runDir;
          if (typeof data1 === "string") {
            if (!pattern3.test(data1)) {
              const err3 = { instancePath: instancePath + "/runDir", schemaPath: "#/properties/runDir/pattern", keyword: "pattern", params: { pattern: "^/" } };
              if (vErrors === null) {
                vErrors = [err3];
              } else {
                vErrors.push(err3);
              }
              errors++;
            }
          } else {
            const err4 = { instancePath: instancePath + "/runDir", schemaPath: "#/properties/runDir/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err4];
            } else {
              vErrors.push(err4);
            }
            errors++;
          }
        }
        if (data.stacksDir !== void 0) {
          let data2 = data.stacksDir;
          if (typeof data2 === "string") {
            if (!pattern3.test(data2)) {
              const err5 = { instancePath: instancePath + "/stacksDir", schemaPath: "#/properties/stacksDir/pattern", keyword: "pattern", params: { pattern: "^/" } };
              if (vErrors === null) {
                vErrors = [err5];
              } else {
                vErrors.push(err5);
              }
              errors++;
            }
          } else {
            const err6 = { instancePath: instancePath + "/stacksDir", schemaPath: "#/properties/stacksDir/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err6];
            } else {
              vErrors.push(err6);
            }
            errors++;
          }
        }
        if (data.runtimes !== void 0) {
          let data3 = data.runtimes;
          if (data3 && typeof data3 == "object" && !Array.isArray(data3)) {
            for (const key1 in data3) {
              const _errs10 = errors;
              if (typeof key1 === "string") {
                if (!pattern6.test(key1)) {
                  const err7 = { instancePath: instancePath + "/runtimes", schemaPath: "#/properties/runtimes/propertyNames/pattern", keyword: "pattern", params: { pattern: "^[a-z0-9][a-z0-9_-]*$" }, propertyName: key1 };
                  if (vErrors === null) {
                    vErrors = [err7];
                  } else {
                    vErrors.push(err7);
                  }
                  errors++;
                }
              }
              var valid1 = _errs10 === errors;
              if (!valid1) {
                const err8 = { instancePath: instancePath + "/runtimes", schemaPath: "#/properties/runtimes/propertyNames", keyword: "propertyNames", params: { propertyName: key1 } };
                if (vErrors === null) {
                  vErrors = [err8];
                } else {
                  vErrors.push(err8);
                }
                errors++;
              }
            }
            for (const key2 in data3) {
              let data4 = data3[key2];
              if (data4 && typeof data4 == "object" && !Array.isArray(data4)) {
                if (data4.path === void 0) {
                  const err9 = { instancePath: instancePath + "/runtimes/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/runtimes/additionalProperties/required", keyword: "required", params: { missingProperty: "path" } };
                  if (vErrors === null) {
                    vErrors = [err9];
                  } else {
                    vErrors.push(err9);
                  }
                  errors++;
                }
                for (const key3 in data4) {
                  if (!(key3 === "path" || key3 === "args")) {
                    const err10 = { instancePath: instancePath + "/runtimes/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/runtimes/additionalProperties/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key3 } };
                    if (vErrors === null) {
                      vErrors = [err10];
                    } else {
                      vErrors.push(err10);
                    }
                    errors++;
                  }
                }
                if (data4.path !== void 0) {
                  let data5 = data4.path;
                  if (typeof data5 === "string") {
                    if (!pattern3.test(data5)) {
                      const err11 = { instancePath: instancePath + "/runtimes/" + key2.replace(/~/g, "~0").replace(/\//g, "~1") + "/path", schemaPath: "#/properties/runtimes/additionalProperties/properties/path/pattern", keyword: "pattern", params: { pattern: "^/" } };
                      if (vErrors === null) {
                        vErrors = [err11];
                      } else {
                        vErrors.push(err11);
                      }
                      errors++;
                    }
                  } else {
                    const err12 = { instancePath: instancePath + "/runtimes/" + key2.replace(/~/g, "~0").replace(/\//g, "~1") + "/path", schemaPath: "#/properties/runtimes/additionalProperties/properties/path/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err12];
                    } else {
                      vErrors.push(err12);
                    }
                    errors++;
                  }
                }
                if (data4.args !== void 0) {
                  let data6 = data4.args;
                  if (Array.isArray(data6)) {
                    const len0 = data6.length;
                    for (let i0 = 0; i0 < len0; i0++) {
                      if (typeof data6[i0] !== "string") {
                        const err13 = { instancePath: instancePath + "/runtimes/" + key2.replace(/~/g, "~0").replace(/\//g, "~1") + "/args/" + i0, schemaPath: "#/properties/runtimes/additionalProperties/properties/args/items/type", keyword: "type", params: { type: "string" } };
                        if (vErrors === null) {
                          vErrors = [err13];
                        } else {
                          vErrors.push(err13);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err14 = { instancePath: instancePath + "/runtimes/" + key2.replace(/~/g, "~0").replace(/\//g, "~1") + "/args", schemaPath: "#/properties/runtimes/additionalProperties/properties/args/type", keyword: "type", params: { type: "array" } };
                    if (vErrors === null) {
                      vErrors = [err14];
                    } else {
                      vErrors.push(err14);
                    }
                    errors++;
                  }
                }
              } else {
                const err15 = { instancePath: instancePath + "/runtimes/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/runtimes/additionalProperties/type", keyword: "type", params: { type: "object" } };
                if (vErrors === null) {
                  vErrors = [err15];
                } else {
                  vErrors.push(err15);
                }
                errors++;
              }
            }
          } else {
            const err16 = { instancePath: instancePath + "/runtimes", schemaPath: "#/properties/runtimes/type", keyword: "type", params: { type: "object" } };
            if (vErrors === null) {
              vErrors = [err16];
            } else {
              vErrors.push(err16);
            }
            errors++;
          }
        }
        if (data.insecureRegistries !== void 0) {
          let data8 = data.insecureRegistries;
          if (Array.isArray(data8)) {
            const len1 = data8.length;
            for (let i1 = 0; i1 < len1; i1++) {
              if (typeof data8[i1] !== "string") {
                const err17 = { instancePath: instancePath + "/insecureRegistries/" + i1, schemaPath: "#/properties/insecureRegistries/items/type", keyword: "type", params: { type: "string" } };
                if (vErrors === null) {
                  vErrors = [err17];
                } else {
                  vErrors.push(err17);
                }
                errors++;
              }
            }
          } else {
            const err18 = { instancePath: instancePath + "/insecureRegistries", schemaPath: "#/properties/insecureRegistries/type", keyword: "type", params: { type: "array" } };
            if (vErrors === null) {
              vErrors = [err18];
            } else {
              vErrors.push(err18);
            }
            errors++;
          }
        }
        if (data.metrics !== void 0) {
          let data10 = data.metrics;
          if (data10 && typeof data10 == "object" && !Array.isArray(data10)) {
            for (const key4 in data10) {
              if (!(key4 === "listen")) {
                const err19 = { instancePath: instancePath + "/metrics", schemaPath: "#/properties/metrics/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key4 } };
                if (vErrors === null) {
                  vErrors = [err19];
                } else {
                  vErrors.push(err19);
                }
                errors++;
              }
            }
            if (data10.listen !== void 0) {
              if (typeof data10.listen !== "string") {
                const err20 = { instancePath: instancePath + "/metrics/listen", schemaPath: "#/properties/metrics/properties/listen/type", keyword: "type", params: { type: "string" } };
                if (vErrors === null) {
                  vErrors = [err20];
                } else {
                  vErrors.push(err20);
                }
                errors++;
              }
            }
          } else {
            const err21 = { instancePath: instancePath + "/metrics", schemaPath: "#/properties/metrics/type", keyword: "type", params: { type: "object" } };
            if (vErrors === null) {
              vErrors = [err21];
            } else {
              vErrors.push(err21);
            }
            errors++;
          }
        }
      } else {
        const err22 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" } };
        if (vErrors === null) {
          vErrors = [err22];
        } else {
          vErrors.push(err22);
        }
        errors++;
      }
      validate52.errors = vErrors;
      return errors === 0;
    }
    validate52.evaluated = { "props": true, "dynamicProps": false, "dynamicItems": false };
  }
});
export const validateNodeConfig: Validator = require_stdin().validateNodeConfig;
