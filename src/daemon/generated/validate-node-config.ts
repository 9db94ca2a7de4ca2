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
    var schema19 = { "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://tsorch.dev/schemas/node-config.schema.json", "type": "object", "additionalProperties": false, "properties": { "root": { "type": "string", "pattern": "^/" }, "runDir": { "type": "string", "pattern": "^/" }, "stacksDir": { "type": "string", "pattern": "^/" }, "runtimes": { "type": "object", "propertyNames": { "pattern": "^[a-z0-9][a-z0-9_-]*$" }, "additionalProperties": { "type": "object", "additionalProperties": false, "required": ["path"], "properties": { "path": { "type": "string", "pattern": "^/" }, "args": { "type": "array", "items": { "type": "string" } } } } }, "registries": { "type": "object", "propertyNames": { "pattern": "^[A-Za-z0-9.\\[\\]:-]+$" }, "additionalProperties": { "type": "object", "additionalProperties": false, "properties": { "insecure": { "type": "boolean" }, "ca": { "type": "string", "pattern": "^/" }, "clientCertificate": { "type": "string", "pattern": "^/" }, "clientKey": { "type": "string", "pattern": "^/" }, "mirrors": { "type": "array", "items": { "type": "object", "additionalProperties": false, "required": ["location"], "properties": { "location": { "type": "string", "pattern": "^[A-Za-z0-9.\\[\\]:-]+(/[a-z0-9._/-]+)?$" }, "tags": { "type": "boolean" } } } } } } }, "proxy": { "type": "object", "additionalProperties": false, "properties": { "http": { "type": "string" }, "https": { "type": "string" }, "exclude": { "type": "array", "items": { "type": "string" } } } }, "trustPolicy": { "type": "string", "pattern": "^/" }, "images": { "type": "object", "additionalProperties": false, "properties": { "pressure": { "type": "object", "additionalProperties": false, "properties": { "high": { "type": "integer", "minimum": 1, "maximum": 100 }, "low": { "type": "integer", "minimum": 0, "maximum": 100 } } } } }, "metrics": { "type": "object", "additionalProperties": false, "properties": { "listen": { "type": "string" } } } } };
    var func1 = Object.prototype.hasOwnProperty;
    var pattern3 = new RegExp("^/", "u");
    var pattern6 = new RegExp("^[a-z0-9][a-z0-9_-]*$", "u");
    var pattern8 = new RegExp("^[A-Za-z0-9.\\[\\]:-]+$", "u");
    var pattern12 = new RegExp("^[A-Za-z0-9.\\[\\]:-]+(/[a-z0-9._/-]+)?$", "u");
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
          if (!func1.call(schema19.properties, key0)) {
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
        if (data.registries !== void 0) {
          let data8 = data.registries;
          if (data8 && typeof data8 == "object" && !Array.isArray(data8)) {
            for (const key4 in data8) {
              const _errs23 = errors;
              if (typeof key4 === "string") {
                if (!pattern8.test(key4)) {
                  const err17 = { instancePath: instancePath + "/registries", schemaPath: "#/properties/registries/propertyNames/pattern", keyword: "pattern", params: { pattern: "^[A-Za-z0-9.\\[\\]:-]+$" }, propertyName: key4 };
                  if (vErrors === null) {
                    vErrors = [err17];
                  } else {
                    vErrors.push(err17);
                  }
                  errors++;
                }
              }
              var valid6 = _errs23 === errors;
              if (!valid6) {
                const err18 = { instancePath: instancePath + "/registries", schemaPath: "#/properties/registries/propertyNames", keyword: "propertyNames", params: { propertyName: key4 } };
                if (vErrors === null) {
                  vErrors = [err18];
                } else {
                  vErrors.push(err18);
                }
                errors++;
              }
            }
            for (const key5 in data8) {
              let data9 = data8[key5];
              if (data9 && typeof data9 == "object" && !Array.isArray(data9)) {
                for (const key6 in data9) {
                  if (!(key6 === "insecure" || key6 === "ca" || key6 === "clientCertificate" || key6 === "clientKey" || key6 === "mirrors")) {
                    const err19 = { instancePath: instancePath + "/registries/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/registries/additionalProperties/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key6 } };
                    if (vErrors === null) {
                      vErrors = [err19];
                    } else {
                      vErrors.push(err19);
                    }
                    errors++;
                  }
                }
                if (data9.insecure !== void 0) {
                  if (typeof data9.insecure !== "boolean") {
                    const err20 = { instancePath: instancePath + "/registries/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/insecure", schemaPath: "#/properties/registries/additionalProperties/properties/insecure/type", keyword: "type", params: { type: "boolean" } };
                    if (vErrors === null) {
                      vErrors = [err20];
                    } else {
                      vErrors.push(err20);
                    }
                    errors++;
                  }
                }
                if (data9.ca !== void 0) {
                  let data11 = data9.ca;
                  if (typeof data11 === "string") {
                    if (!pattern3.test(data11)) {
                      const err21 = { instancePath: instancePath + "/registries/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/ca", schemaPath: "#/properties/registries/additionalProperties/properties/ca/pattern", keyword: "pattern", params: { pattern: "^/" } };
                      if (vErrors === null) {
                        vErrors = [err21];
                      } else {
                        vErrors.push(err21);
                      }
                      errors++;
                    }
                  } else {
                    const err22 = { instancePath: instancePath + "/registries/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/ca", schemaPath: "#/properties/registries/additionalProperties/properties/ca/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err22];
                    } else {
                      vErrors.push(err22);
                    }
                    errors++;
                  }
                }
                if (data9.clientCertificate !== void 0) {
                  let data12 = data9.clientCertificate;
                  if (typeof data12 === "string") {
                    if (!pattern3.test(data12)) {
                      const err23 = { instancePath: instancePath + "/registries/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/clientCertificate", schemaPath: "#/properties/registries/additionalProperties/properties/clientCertificate/pattern", keyword: "pattern", params: { pattern: "^/" } };
                      if (vErrors === null) {
                        vErrors = [err23];
                      } else {
                        vErrors.push(err23);
                      }
                      errors++;
                    }
                  } else {
                    const err24 = { instancePath: instancePath + "/registries/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/clientCertificate", schemaPath: "#/properties/registries/additionalProperties/properties/clientCertificate/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err24];
                    } else {
                      vErrors.push(err24);
                    }
                    errors++;
                  }
                }
                if (data9.clientKey !== void 0) {
                  let data13 = data9.clientKey;
                  if (typeof data13 === "string") {
                    if (!pattern3.test(data13)) {
                      const err25 = { instancePath: instancePath + "/registries/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/clientKey", schemaPath: "#/properties/registries/additionalProperties/properties/clientKey/pattern", keyword: "pattern", params: { pattern: "^/" } };
                      if (vErrors === null) {
                        vErrors = [err25];
                      } else {
                        vErrors.push(err25);
                      }
                      errors++;
                    }
                  } else {
                    const err26 = { instancePath: instancePath + "/registries/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/clientKey", schemaPath: "#/properties/registries/additionalProperties/properties/clientKey/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err26];
                    } else {
                      vErrors.push(err26);
                    }
                    errors++;
                  }
                }
                if (data9.mirrors !== void 0) {
                  let data14 = data9.mirrors;
                  if (Array.isArray(data14)) {
                    const len1 = data14.length;
                    for (let i1 = 0; i1 < len1; i1++) {
                      let data15 = data14[i1];
                      if (data15 && typeof data15 == "object" && !Array.isArray(data15)) {
                        if (data15.location === void 0) {
                          const err27 = { instancePath: instancePath + "/registries/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/mirrors/" + i1, schemaPath: "#/properties/registries/additionalProperties/properties/mirrors/items/required", keyword: "required", params: { missingProperty: "location" } };
                          if (vErrors === null) {
                            vErrors = [err27];
                          } else {
                            vErrors.push(err27);
                          }
                          errors++;
                        }
                        for (const key7 in data15) {
                          if (!(key7 === "location" || key7 === "tags")) {
                            const err28 = { instancePath: instancePath + "/registries/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/mirrors/" + i1, schemaPath: "#/properties/registries/additionalProperties/properties/mirrors/items/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key7 } };
                            if (vErrors === null) {
                              vErrors = [err28];
                            } else {
                              vErrors.push(err28);
                            }
                            errors++;
                          }
                        }
                        if (data15.location !== void 0) {
                          let data16 = data15.location;
                          if (typeof data16 === "string") {
                            if (!pattern12.test(data16)) {
                              const err29 = { instancePath: instancePath + "/registries/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/mirrors/" + i1 + "/location", schemaPath: "#/properties/registries/additionalProperties/properties/mirrors/items/properties/location/pattern", keyword: "pattern", params: { pattern: "^[A-Za-z0-9.\\[\\]:-]+(/[a-z0-9._/-]+)?$" } };
                              if (vErrors === null) {
                                vErrors = [err29];
                              } else {
                                vErrors.push(err29);
                              }
                              errors++;
                            }
                          } else {
                            const err30 = { instancePath: instancePath + "/registries/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/mirrors/" + i1 + "/location", schemaPath: "#/properties/registries/additionalProperties/properties/mirrors/items/properties/location/type", keyword: "type", params: { type: "string" } };
                            if (vErrors === null) {
                              vErrors = [err30];
                            } else {
                              vErrors.push(err30);
                            }
                            errors++;
                          }
                        }
                        if (data15.tags !== void 0) {
                          if (typeof data15.tags !== "boolean") {
                            const err31 = { instancePath: instancePath + "/registries/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/mirrors/" + i1 + "/tags", schemaPath: "#/properties/registries/additionalProperties/properties/mirrors/items/properties/tags/type", keyword: "type", params: { type: "boolean" } };
                            if (vErrors === null) {
                              vErrors = [err31];
                            } else {
                              vErrors.push(err31);
                            }
                            errors++;
                          }
                        }
                      } else {
                        const err32 = { instancePath: instancePath + "/registries/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/mirrors/" + i1, schemaPath: "#/properties/registries/additionalProperties/properties/mirrors/items/type", keyword: "type", params: { type: "object" } };
                        if (vErrors === null) {
                          vErrors = [err32];
                        } else {
                          vErrors.push(err32);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err33 = { instancePath: instancePath + "/registries/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/mirrors", schemaPath: "#/properties/registries/additionalProperties/properties/mirrors/type", keyword: "type", params: { type: "array" } };
                    if (vErrors === null) {
                      vErrors = [err33];
                    } else {
                      vErrors.push(err33);
                    }
                    errors++;
                  }
                }
              } else {
                const err34 = { instancePath: instancePath + "/registries/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/registries/additionalProperties/type", keyword: "type", params: { type: "object" } };
                if (vErrors === null) {
                  vErrors = [err34];
                } else {
                  vErrors.push(err34);
                }
                errors++;
              }
            }
          } else {
            const err35 = { instancePath: instancePath + "/registries", schemaPath: "#/properties/registries/type", keyword: "type", params: { type: "object" } };
            if (vErrors === null) {
              vErrors = [err35];
            } else {
              vErrors.push(err35);
            }
            errors++;
          }
        }
        if (data.proxy !== void 0) {
          let data18 = data.proxy;
          if (data18 && typeof data18 == "object" && !Array.isArray(data18)) {
            for (const key8 in data18) {
              if (!(key8 === "http" || key8 === "https" || key8 === "exclude")) {
                const err36 = { instancePath: instancePath + "/proxy", schemaPath: "#/properties/proxy/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key8 } };
                if (vErrors === null) {
                  vErrors = [err36];
                } else {
                  vErrors.push(err36);
                }
                errors++;
              }
            }
            if (data18.http !== void 0) {
              if (typeof data18.http !== "string") {
                const err37 = { instancePath: instancePath + "/proxy/http", schemaPath: "#/properties/proxy/properties/http/type", keyword: "type", params: { type: "string" } };
                if (vErrors === null) {
                  vErrors = [err37];
                } else {
                  vErrors.push(err37);
                }
                errors++;
              }
            }
            if (data18.https !== void 0) {
              if (typeof data18.https !== "string") {
                const err38 = { instancePath: instancePath + "/proxy/https", schemaPath: "#/properties/proxy/properties/https/type", keyword: "type", params: { type: "string" } };
                if (vErrors === null) {
                  vErrors = [err38];
                } else {
                  vErrors.push(err38);
                }
                errors++;
              }
            }
            if (data18.exclude !== void 0) {
              let data21 = data18.exclude;
              if (Array.isArray(data21)) {
                const len2 = data21.length;
                for (let i2 = 0; i2 < len2; i2++) {
                  if (typeof data21[i2] !== "string") {
                    const err39 = { instancePath: instancePath + "/proxy/exclude/" + i2, schemaPath: "#/properties/proxy/properties/exclude/items/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err39];
                    } else {
                      vErrors.push(err39);
                    }
                    errors++;
                  }
                }
              } else {
                const err40 = { instancePath: instancePath + "/proxy/exclude", schemaPath: "#/properties/proxy/properties/exclude/type", keyword: "type", params: { type: "array" } };
                if (vErrors === null) {
                  vErrors = [err40];
                } else {
                  vErrors.push(err40);
                }
                errors++;
              }
            }
          } else {
            const err41 = { instancePath: instancePath + "/proxy", schemaPath: "#/properties/proxy/type", keyword: "type", params: { type: "object" } };
            if (vErrors === null) {
              vErrors = [err41];
            } else {
              vErrors.push(err41);
            }
            errors++;
          }
        }
        if (data.trustPolicy !== void 0) {
          let data23 = data.trustPolicy;
          if (typeof data23 === "string") {
            if (!pattern3.test(data23)) {
              const err42 = { instancePath: instancePath + "/trustPolicy", schemaPath: "#/properties/trustPolicy/pattern", keyword: "pattern", params: { pattern: "^/" } };
              if (vErrors === null) {
                vErrors = [err42];
              } else {
                vErrors.push(err42);
              }
              errors++;
            }
          } else {
            const err43 = { instancePath: instancePath + "/trustPolicy", schemaPath: "#/properties/trustPolicy/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err43];
            } else {
              vErrors.push(err43);
            }
            errors++;
          }
        }
        if (data.images !== void 0) {
          let data24 = data.images;
          if (data24 && typeof data24 == "object" && !Array.isArray(data24)) {
            for (const key9 in data24) {
              if (!(key9 === "pressure")) {
                const err44 = { instancePath: instancePath + "/images", schemaPath: "#/properties/images/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key9 } };
                if (vErrors === null) {
                  vErrors = [err44];
                } else {
                  vErrors.push(err44);
                }
                errors++;
              }
            }
            if (data24.pressure !== void 0) {
              let data25 = data24.pressure;
              if (data25 && typeof data25 == "object" && !Array.isArray(data25)) {
                for (const key10 in data25) {
                  if (!(key10 === "high" || key10 === "low")) {
                    const err45 = { instancePath: instancePath + "/images/pressure", schemaPath: "#/properties/images/properties/pressure/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key10 } };
                    if (vErrors === null) {
                      vErrors = [err45];
                    } else {
                      vErrors.push(err45);
                    }
                    errors++;
                  }
                }
                if (data25.high !== void 0) {
                  let data26 = data25.high;
                  if (!(typeof data26 == "number" && (!(data26 % 1) && !isNaN(data26)) && isFinite(data26))) {
                    const err46 = { instancePath: instancePath + "/images/pressure/high", schemaPath: "#/properties/images/properties/pressure/properties/high/type", keyword: "type", params: { type: "integer" } };
                    if (vErrors === null) {
                      vErrors = [err46];
                    } else {
                      vErrors.push(err46);
                    }
                    errors++;
                  }
                  if (typeof data26 == "number" && isFinite(data26)) {
                    if (data26 > 100 || isNaN(data26)) {
                      const err47 = { instancePath: instancePath + "/images/pressure/high", schemaPath: "#/properties/images/properties/pressure/properties/high/maximum", keyword: "maximum", params: { comparison: "<=", limit: 100 } };
                      if (vErrors === null) {
                        vErrors = [err47];
                      } else {
                        vErrors.push(err47);
                      }
                      errors++;
                    }
                    if (data26 < 1 || isNaN(data26)) {
                      const err48 = { instancePath: instancePath + "/images/pressure/high", schemaPath: "#/properties/images/properties/pressure/properties/high/minimum", keyword: "minimum", params: { comparison: ">=", limit: 1 } };
                      if (vErrors === null) {
                        vErrors = [err48];
                      } else {
                        vErrors.push(err48);
                      }
                      errors++;
                    }
                  }
                }
                if (data25.low !== void 0) {
                  let data27 = data25.low;
                  if (!(typeof data27 == "number" && (!(data27 % 1) && !isNaN(data27)) && isFinite(data27))) {
                    const err49 = { instancePath: instancePath + "/images/pressure/low", schemaPath: "#/properties/images/properties/pressure/properties/low/type", keyword: "type", params: { type: "integer" } };
                    if (vErrors === null) {
                      vErrors = [err49];
                    } else {
                      vErrors.push(err49);
                    }
                    errors++;
                  }
                  if (typeof data27 == "number" && isFinite(data27)) {
                    if (data27 > 100 || isNaN(data27)) {
                      const err50 = { instancePath: instancePath + "/images/pressure/low", schemaPath: "#/properties/images/properties/pressure/properties/low/maximum", keyword: "maximum", params: { comparison: "<=", limit: 100 } };
                      if (vErrors === null) {
                        vErrors = [err50];
                      } else {
                        vErrors.push(err50);
                      }
                      errors++;
                    }
                    if (data27 < 0 || isNaN(data27)) {
                      const err51 = { instancePath: instancePath + "/images/pressure/low", schemaPath: "#/properties/images/properties/pressure/properties/low/minimum", keyword: "minimum", params: { comparison: ">=", limit: 0 } };
                      if (vErrors === null) {
                        vErrors = [err51];
                      } else {
                        vErrors.push(err51);
                      }
                      errors++;
                    }
                  }
                }
              } else {
                const err52 = { instancePath: instancePath + "/images/pressure", schemaPath: "#/properties/images/properties/pressure/type", keyword: "type", params: { type: "object" } };
                if (vErrors === null) {
                  vErrors = [err52];
                } else {
                  vErrors.push(err52);
                }
                errors++;
              }
            }
          } else {
            const err53 = { instancePath: instancePath + "/images", schemaPath: "#/properties/images/type", keyword: "type", params: { type: "object" } };
            if (vErrors === null) {
              vErrors = [err53];
            } else {
              vErrors.push(err53);
            }
            errors++;
          }
        }
        if (data.metrics !== void 0) {
          let data28 = data.metrics;
          if (data28 && typeof data28 == "object" && !Array.isArray(data28)) {
            for (const key11 in data28) {
              if (!(key11 === "listen")) {
                const err54 = { instancePath: instancePath + "/metrics", schemaPath: "#/properties/metrics/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key11 } };
                if (vErrors === null) {
                  vErrors = [err54];
                } else {
                  vErrors.push(err54);
                }
                errors++;
              }
            }
            if (data28.listen !== void 0) {
              if (typeof data28.listen !== "string") {
                const err55 = { instancePath: instancePath + "/metrics/listen", schemaPath: "#/properties/metrics/properties/listen/type", keyword: "type", params: { type: "string" } };
                if (vErrors === null) {
                  vErrors = [err55];
                } else {
                  vErrors.push(err55);
                }
                errors++;
              }
            }
          } else {
            const err56 = { instancePath: instancePath + "/metrics", schemaPath: "#/properties/metrics/type", keyword: "type", params: { type: "object" } };
            if (vErrors === null) {
              vErrors = [err56];
            } else {
              vErrors.push(err56);
            }
            errors++;
          }
        }
      } else {
        const err57 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" } };
        if (vErrors === null) {
          vErrors = [err57];
        } else {
          vErrors.push(err57);
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
