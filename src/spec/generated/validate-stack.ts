// Generated from schemas/stack.schema.json by scripts/generate-validators.mjs; do not edit.
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
    exports.validateStack = validate52;
    var schema19 = { "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://tsorch.dev/schemas/stack.schema.json", "type": "object", "properties": { "version": { "$ref": "#/$defs/text" }, "name": { "type": "string" }, "include": { "type": "array", "items": { "type": ["string", "object"], "properties": { "path": { "$ref": "#/$defs/stringOrList" }, "project_directory": { "type": "string" }, "env_file": { "$ref": "#/$defs/stringOrList" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false } }, "services": { "type": "object", "propertyNames": { "pattern": "^[a-zA-Z0-9._-]+$" }, "additionalProperties": { "$ref": "#/$defs/service" }, "maxProperties": 2e3 }, "networks": { "type": "object", "propertyNames": { "pattern": "^[a-zA-Z0-9._-]+$" }, "additionalProperties": { "type": ["object", "null"], "properties": { "name": { "type": "string" }, "driver": { "type": "string" }, "driver_opts": { "type": "object", "additionalProperties": { "type": ["string", "number", "boolean"] } }, "ipam": { "type": "object", "properties": { "driver": { "type": "string" }, "config": { "type": "array", "items": { "type": "object", "properties": { "subnet": { "type": "string" }, "ip_range": { "type": "string" }, "gateway": { "type": "string" }, "aux_addresses": { "type": "object", "additionalProperties": { "type": "string" } } }, "patternProperties": { "^x-": {} }, "additionalProperties": false } }, "options": { "type": "object", "additionalProperties": { "type": ["string", "number", "boolean"] } } }, "patternProperties": { "^x-": {} }, "additionalProperties": false }, "external": { "$ref": "#/$defs/external" }, "internal": { "$ref": "#/$defs/boolean" }, "attachable": { "$ref": "#/$defs/boolean" }, "enable_ipv4": { "$ref": "#/$defs/boolean" }, "enable_ipv6": { "$ref": "#/$defs/boolean" }, "labels": { "$ref": "#/$defs/pairs" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false } }, "volumes": { "type": "object", "propertyNames": { "pattern": "^[a-zA-Z0-9._-]+$" }, "additionalProperties": { "type": ["object", "null"], "properties": { "name": { "type": "string" }, "driver": { "type": "string" }, "driver_opts": { "type": "object", "additionalProperties": { "type": ["string", "number", "boolean"] } }, "external": { "$ref": "#/$defs/external" }, "labels": { "$ref": "#/$defs/pairs" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false } }, "configs": { "type": "object", "propertyNames": { "pattern": "^[a-zA-Z0-9._-]+$" }, "additionalProperties": { "type": "object", "properties": { "name": { "type": "string" }, "file": { "type": "string" }, "environment": { "type": "string" }, "content": { "type": "string" }, "external": { "$ref": "#/$defs/external" }, "labels": { "$ref": "#/$defs/pairs" }, "driver": { "type": "string" }, "driver_opts": { "type": "object", "additionalProperties": { "type": ["string", "number", "boolean"] } }, "template_driver": { "type": "string" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false } }, "secrets": { "type": "object", "propertyNames": { "pattern": "^[a-zA-Z0-9._-]+$" }, "additionalProperties": { "type": "object", "properties": { "name": { "type": "string" }, "file": { "type": "string" }, "environment": { "type": "string" }, "external": { "$ref": "#/$defs/external" }, "labels": { "$ref": "#/$defs/pairs" }, "driver": { "type": "string" }, "driver_opts": { "type": "object", "additionalProperties": { "type": ["string", "number", "boolean"] } }, "template_driver": { "type": "string" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false } }, "models": { "type": "object", "propertyNames": { "pattern": "^[a-zA-Z0-9._-]+$" }, "additionalProperties": { "type": "object" } } }, "required": ["services"], "patternProperties": { "^x-": {} }, "additionalProperties": false, "$defs": { "boolean": { "type": ["boolean", "string"] }, "command": { "type": ["string", "array"], "items": { "type": ["string", "number", "boolean"] } }, "deviceRequest": { "type": "object", "properties": { "driver": { "type": "string" }, "count": { "type": ["string", "integer"] }, "device_ids": { "$ref": "#/$defs/strings" }, "capabilities": { "$ref": "#/$defs/strings" }, "options": { "$ref": "#/$defs/pairs" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false }, "duration": { "type": ["string", "number"] }, "external": { "type": ["boolean", "string", "object"], "properties": { "name": { "type": "string" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false }, "extraHosts": { "type": ["object", "array"], "items": { "type": "string" }, "additionalProperties": { "type": ["string", "array"], "items": { "type": "string" } } }, "grant": { "type": ["string", "object"], "properties": { "source": { "type": "string" }, "target": { "type": "string" }, "uid": { "$ref": "#/$defs/text" }, "gid": { "$ref": "#/$defs/text" }, "mode": { "$ref": "#/$defs/integer" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false }, "hook": { "type": "object", "properties": { "command": { "$ref": "#/$defs/command" }, "image": { "type": "string" }, "user": { "$ref": "#/$defs/text" }, "privileged": { "$ref": "#/$defs/boolean" }, "working_dir": { "type": "string" }, "environment": { "$ref": "#/$defs/pairs" }, "per_replica": { "$ref": "#/$defs/boolean" } }, "required": ["command"], "patternProperties": { "^x-": {} }, "additionalProperties": false }, "integer": { "type": ["integer", "string"] }, "number": { "type": ["number", "string"] }, "pairs": { "type": ["object", "array"], "items": { "type": "string" }, "additionalProperties": { "type": ["string", "number", "boolean", "null"] } }, "rateDevice": { "type": "object", "properties": { "path": { "type": "string" }, "rate": { "$ref": "#/$defs/size" } }, "required": ["path", "rate"], "patternProperties": { "^x-": {} }, "additionalProperties": false }, "service": { "type": "object", "properties": { "annotations": { "$ref": "#/$defs/pairs" }, "attach": { "$ref": "#/$defs/boolean" }, "blkio_config": { "type": "object", "properties": { "weight": { "$ref": "#/$defs/integer" }, "weight_device": { "type": "array", "items": { "$ref": "#/$defs/weightDevice" } }, "device_read_bps": { "type": "array", "items": { "$ref": "#/$defs/rateDevice" } }, "device_read_iops": { "type": "array", "items": { "$ref": "#/$defs/rateDevice" } }, "device_write_bps": { "type": "array", "items": { "$ref": "#/$defs/rateDevice" } }, "device_write_iops": { "type": "array", "items": { "$ref": "#/$defs/rateDevice" } } }, "patternProperties": { "^x-": {} }, "additionalProperties": false }, "build": { "type": ["string", "object"], "properties": { "context": { "type": "string" }, "dockerfile": { "type": "string" }, "dockerfile_inline": { "type": "string" }, "entitlements": { "$ref": "#/$defs/strings" }, "args": { "$ref": "#/$defs/pairs" }, "ssh": { "$ref": "#/$defs/pairs" }, "labels": { "$ref": "#/$defs/pairs" }, "cache_from": { "$ref": "#/$defs/strings" }, "cache_to": { "$ref": "#/$defs/strings" }, "no_cache": { "$ref": "#/$defs/boolean" }, "no_cache_filter": { "$ref": "#/$defs/stringOrList" }, "additional_contexts": { "$ref": "#/$defs/pairs" }, "network": { "type": "string" }, "provenance": { "type": ["string", "boolean"] }, "sbom": { "type": ["string", "boolean"] }, "pull": { "$ref": "#/$defs/boolean" }, "target": { "type": "string" }, "shm_size": { "$ref": "#/$defs/size" }, "extra_hosts": { "$ref": "#/$defs/extraHosts" }, "isolation": { "type": "string" }, "privileged": { "$ref": "#/$defs/boolean" }, "secrets": { "type": "array", "items": { "$ref": "#/$defs/grant" } }, "tags": { "$ref": "#/$defs/strings" }, "ulimits": { "$ref": "#/$defs/ulimits" }, "platforms": { "$ref": "#/$defs/strings" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false }, "cap_add": { "$ref": "#/$defs/strings" }, "cap_drop": { "$ref": "#/$defs/strings" }, "cgroup": { "type": "string", "enum": ["host", "private"] }, "cgroup_parent": { "type": "string" }, "command": { "$ref": "#/$defs/command" }, "configs": { "type": "array", "items": { "$ref": "#/$defs/grant" } }, "container_name": { "type": "string", "pattern": "^[a-zA-Z0-9][a-zA-Z0-9_.-]+$" }, "cpu_count": { "$ref": "#/$defs/integer" }, "cpu_percent": { "$ref": "#/$defs/number" }, "cpu_period": { "type": ["integer", "string"] }, "cpu_quota": { "type": ["integer", "string"] }, "cpu_rt_period": { "$ref": "#/$defs/duration" }, "cpu_rt_runtime": { "$ref": "#/$defs/duration" }, "cpu_shares": { "$ref": "#/$defs/integer" }, "cpus": { "$ref": "#/$defs/number" }, "cpuset": { "type": ["string", "integer"] }, "credential_spec": { "type": "object", "properties": { "config": { "type": "string" }, "file": { "type": "string" }, "registry": { "type": "string" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false }, "depends_on": { "type": ["array", "object"], "items": { "type": "string" }, "additionalProperties": { "type": "object", "properties": { "condition": { "type": "string", "enum": ["service_started", "service_healthy", "service_completed_successfully"] }, "restart": { "$ref": "#/$defs/boolean" }, "required": { "$ref": "#/$defs/boolean" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false } }, "deploy": { "type": "object", "properties": { "mode": { "type": "string", "enum": ["replicated", "global", "replicated-job", "global-job"] }, "replicas": { "$ref": "#/$defs/integer" }, "endpoint_mode": { "type": "string", "enum": ["vip", "dnsrr"] }, "labels": { "$ref": "#/$defs/pairs" }, "placement": { "type": "object", "properties": { "constraints": { "$ref": "#/$defs/strings" }, "preferences": { "type": "array", "items": { "type": "object" } }, "max_replicas_per_node": { "$ref": "#/$defs/integer" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false }, "resources": { "type": "object", "properties": { "limits": { "type": "object", "properties": { "cpus": { "$ref": "#/$defs/number" }, "memory": { "$ref": "#/$defs/size" }, "pids": { "$ref": "#/$defs/integer" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false }, "reservations": { "type": "object", "properties": { "cpus": { "$ref": "#/$defs/number" }, "memory": { "$ref": "#/$defs/size" }, "devices": { "type": "array", "items": { "$ref": "#/$defs/deviceRequest" } }, "generic_resources": { "type": "array", "items": { "type": "object" } } }, "patternProperties": { "^x-": {} }, "additionalProperties": false } }, "patternProperties": { "^x-": {} }, "additionalProperties": false }, "restart_policy": { "type": "object", "properties": { "condition": { "type": "string", "enum": ["none", "on-failure", "any", "no", "always", "unless-stopped"] }, "delay": { "$ref": "#/$defs/duration" }, "max_attempts": { "$ref": "#/$defs/integer" }, "window": { "$ref": "#/$defs/duration" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false }, "update_config": { "$ref": "#/$defs/updateConfig" }, "rollback_config": { "$ref": "#/$defs/updateConfig" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false }, "develop": { "type": "object", "properties": { "watch": { "type": "array", "items": { "type": "object", "properties": { "path": { "type": "string" }, "action": { "type": "string" }, "target": { "type": "string" }, "ignore": { "$ref": "#/$defs/stringOrList" }, "include": { "$ref": "#/$defs/stringOrList" }, "initial_sync": { "$ref": "#/$defs/boolean" }, "exec": { "type": "object" } }, "required": ["path", "action"], "patternProperties": { "^x-": {} }, "additionalProperties": false } } }, "patternProperties": { "^x-": {} }, "additionalProperties": false }, "device_cgroup_rules": { "$ref": "#/$defs/strings" }, "devices": { "type": "array", "items": { "type": ["string", "object"], "properties": { "source": { "type": "string" }, "target": { "type": "string" }, "permissions": { "type": "string" } }, "required": ["source"], "patternProperties": { "^x-": {} }, "additionalProperties": false } }, "dns": { "$ref": "#/$defs/stringOrList" }, "dns_opt": { "$ref": "#/$defs/strings" }, "dns_search": { "$ref": "#/$defs/stringOrList" }, "domainname": { "type": "string" }, "entrypoint": { "$ref": "#/$defs/command" }, "env_file": { "type": ["string", "array"], "items": { "type": ["string", "object"], "properties": { "path": { "type": "string" }, "required": { "$ref": "#/$defs/boolean" }, "format": { "type": "string" } }, "required": ["path"], "patternProperties": { "^x-": {} }, "additionalProperties": false } }, "environment": { "$ref": "#/$defs/pairs" }, "expose": { "type": "array", "items": { "type": ["string", "number"] } }, "extends": { "type": ["string", "object"], "properties": { "service": { "type": "string" }, "file": { "type": "string" } }, "required": ["service"], "patternProperties": { "^x-": {} }, "additionalProperties": false }, "external_links": { "$ref": "#/$defs/strings" }, "extra_hosts": { "$ref": "#/$defs/extraHosts" }, "gpus": { "type": ["string", "array"], "items": { "$ref": "#/$defs/deviceRequest" } }, "group_add": { "type": "array", "items": { "type": ["string", "number"] } }, "healthcheck": { "type": "object", "properties": { "test": { "type": ["string", "array"], "items": { "type": ["string", "number", "boolean"] } }, "interval": { "$ref": "#/$defs/duration" }, "timeout": { "$ref": "#/$defs/duration" }, "retries": { "$ref": "#/$defs/integer" }, "start_period": { "$ref": "#/$defs/duration" }, "start_interval": { "$ref": "#/$defs/duration" }, "disable": { "$ref": "#/$defs/boolean" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false }, "hostname": { "type": "string" }, "image": { "type": "string" }, "init": { "$ref": "#/$defs/boolean" }, "ipc": { "type": "string" }, "isolation": { "type": "string" }, "label_file": { "$ref": "#/$defs/stringOrList" }, "labels": { "$ref": "#/$defs/pairs" }, "links": { "$ref": "#/$defs/strings" }, "logging": { "type": "object", "properties": { "driver": { "type": "string" }, "options": { "type": "object", "properties": { "max-size": { "type": ["string", "number", "null"] }, "max-file": { "type": ["integer", "string", "null"] }, "max-age": { "type": ["string", "null"] }, "mode": { "type": ["string", "null"] }, "max-buffer-size": { "type": ["string", "number", "null"] } }, "additionalProperties": { "type": ["string", "number", "boolean", "null"] } } }, "patternProperties": { "^x-": {} }, "additionalProperties": false }, "mac_address": { "type": "string" }, "mem_limit": { "$ref": "#/$defs/size" }, "mem_reservation": { "$ref": "#/$defs/size" }, "mem_swappiness": { "$ref": "#/$defs/integer" }, "memswap_limit": { "$ref": "#/$defs/size" }, "models": { "type": ["array", "object"], "items": { "type": "string" } }, "network_mode": { "type": "string" }, "networks": { "type": ["array", "object"], "items": { "type": "string" }, "additionalProperties": { "type": ["object", "null"], "properties": { "aliases": { "$ref": "#/$defs/strings" }, "ipv4_address": { "type": "string" }, "ipv6_address": { "type": "string" }, "link_local_ips": { "$ref": "#/$defs/strings" }, "mac_address": { "type": "string" }, "interface_name": { "type": "string" }, "driver_opts": { "type": "object", "additionalProperties": { "type": ["string", "number", "boolean"] } }, "priority": { "$ref": "#/$defs/number" }, "gw_priority": { "$ref": "#/$defs/number" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false } }, "oom_kill_disable": { "$ref": "#/$defs/boolean" }, "oom_score_adj": { "$ref": "#/$defs/integer" }, "pid": { "type": "string" }, "pids_limit": { "$ref": "#/$defs/integer" }, "platform": { "type": "string" }, "ports": { "type": "array", "items": { "type": ["string", "number", "object"], "properties": { "name": { "type": "string" }, "target": { "$ref": "#/$defs/integer" }, "published": { "type": ["string", "integer"] }, "host_ip": { "type": "string" }, "protocol": { "type": "string" }, "app_protocol": { "type": "string" }, "mode": { "type": "string", "enum": ["host", "ingress"] } }, "required": ["target"], "patternProperties": { "^x-": {} }, "additionalProperties": false } }, "post_start": { "type": "array", "items": { "$ref": "#/$defs/hook" } }, "pre_start": { "type": "array", "items": { "$ref": "#/$defs/hook" } }, "pre_stop": { "type": "array", "items": { "$ref": "#/$defs/hook" } }, "privileged": { "$ref": "#/$defs/boolean" }, "profiles": { "$ref": "#/$defs/strings" }, "provider": { "type": "object", "properties": { "type": { "type": "string" }, "options": { "type": "object", "additionalProperties": { "type": ["string", "number", "boolean", "array"] } } }, "required": ["type"], "patternProperties": { "^x-": {} }, "additionalProperties": false }, "pull_policy": { "type": "string", "pattern": "^(always|never|build|if_not_present|missing|refresh|daily|weekly|every_([0-9]+[wdhms])+)$" }, "pull_refresh_after": { "type": "string" }, "read_only": { "$ref": "#/$defs/boolean" }, "restart": { "type": "string", "pattern": "^(no|always|unless-stopped|on-failure(:[0-9]+)?)$" }, "runtime": { "type": "string" }, "scale": { "$ref": "#/$defs/integer" }, "secrets": { "type": "array", "items": { "$ref": "#/$defs/grant" } }, "security_opt": { "$ref": "#/$defs/strings" }, "shm_size": { "$ref": "#/$defs/size" }, "stdin_open": { "$ref": "#/$defs/boolean" }, "stop_grace_period": { "$ref": "#/$defs/duration" }, "stop_signal": { "$ref": "#/$defs/text" }, "storage_opt": { "type": "object" }, "sysctls": { "$ref": "#/$defs/pairs" }, "tmpfs": { "$ref": "#/$defs/stringOrList" }, "tty": { "$ref": "#/$defs/boolean" }, "ulimits": { "$ref": "#/$defs/ulimits" }, "use_api_socket": { "$ref": "#/$defs/boolean" }, "user": { "$ref": "#/$defs/text" }, "userns_mode": { "type": "string" }, "uts": { "type": "string", "enum": ["host"] }, "volumes": { "type": "array", "items": { "type": ["string", "object"], "properties": { "type": { "type": "string", "enum": ["volume", "bind", "tmpfs", "image", "npipe", "cluster"] }, "source": { "type": "string" }, "target": { "type": "string" }, "read_only": { "$ref": "#/$defs/boolean" }, "consistency": { "type": "string" }, "bind": { "type": "object", "properties": { "propagation": { "type": "string", "enum": ["private", "rprivate", "shared", "rshared", "slave", "rslave"] }, "create_host_path": { "$ref": "#/$defs/boolean" }, "recursive": { "type": "string", "enum": ["enabled", "disabled", "writable", "readonly"] }, "selinux": { "type": "string", "enum": ["z", "Z"] } }, "patternProperties": { "^x-": {} }, "additionalProperties": false }, "volume": { "type": "object", "properties": { "nocopy": { "$ref": "#/$defs/boolean" }, "subpath": { "type": "string" }, "labels": { "$ref": "#/$defs/pairs" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false }, "tmpfs": { "type": "object", "properties": { "size": { "$ref": "#/$defs/size" }, "mode": { "$ref": "#/$defs/integer" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false }, "image": { "type": "object", "properties": { "subpath": { "type": "string" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false } }, "required": ["type"], "patternProperties": { "^x-": {} }, "additionalProperties": false } }, "volumes_from": { "$ref": "#/$defs/strings" }, "working_dir": { "type": "string" }, "x-tsorch": { "type": "object", "properties": { "probes": { "type": "object", "properties": { "start": { "$ref": "#/$defs/probe" }, "ready": { "$ref": "#/$defs/probe" }, "live": { "$ref": "#/$defs/probe" } }, "additionalProperties": false } }, "additionalProperties": false } }, "patternProperties": { "^x-": {} }, "additionalProperties": false }, "probe": { "type": ["string", "object"], "properties": { "http": { "$ref": "#/$defs/integer" }, "tcp": { "$ref": "#/$defs/integer" }, "grpc": { "$ref": "#/$defs/integer" }, "unix": { "type": "string" }, "exec": { "type": ["string", "array"], "items": { "type": ["string", "number", "boolean"] } }, "address": { "type": "string" }, "path": { "type": "string" }, "method": { "type": "string" }, "headers": { "type": "object", "additionalProperties": { "$ref": "#/$defs/text" } }, "status": { "type": ["string", "integer"] }, "body": { "type": "string" }, "service": { "type": "string" }, "interval": { "$ref": "#/$defs/duration" }, "timeout": { "$ref": "#/$defs/duration" }, "retries": { "$ref": "#/$defs/integer" }, "successes": { "$ref": "#/$defs/integer" }, "start_period": { "$ref": "#/$defs/duration" }, "start_interval": { "$ref": "#/$defs/duration" } }, "additionalProperties": false }, "size": { "type": ["string", "number"] }, "stringOrList": { "type": ["string", "array"], "items": { "type": ["string", "number"] } }, "strings": { "type": "array", "items": { "type": ["string", "number"] } }, "text": { "type": ["string", "number", "boolean"] }, "ulimits": { "type": "object", "propertyNames": { "pattern": "^[a-z]+$" }, "additionalProperties": { "type": ["integer", "string", "object"], "properties": { "soft": { "$ref": "#/$defs/integer" }, "hard": { "$ref": "#/$defs/integer" } }, "required": ["soft", "hard"], "patternProperties": { "^x-": {} }, "additionalProperties": false } }, "updateConfig": { "type": "object", "properties": { "parallelism": { "$ref": "#/$defs/integer" }, "delay": { "$ref": "#/$defs/duration" }, "order": { "type": "string", "enum": ["stop-first", "start-first"] }, "monitor": { "$ref": "#/$defs/duration" }, "failure_action": { "type": "string", "enum": ["continue", "rollback", "pause"] }, "max_failure_ratio": { "$ref": "#/$defs/number" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false }, "weightDevice": { "type": "object", "properties": { "path": { "type": "string" }, "weight": { "$ref": "#/$defs/integer" } }, "required": ["path", "weight"], "patternProperties": { "^x-": {} }, "additionalProperties": false } } };
    var func1 = Object.prototype.hasOwnProperty;
    var pattern3 = new RegExp("^x-", "u");
    var pattern5 = new RegExp("^[a-zA-Z0-9._-]+$", "u");
    var schema20 = { "type": ["string", "number", "boolean"] };
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
      if (typeof data !== "string" && !(typeof data == "number" && isFinite(data)) && typeof data !== "boolean") {
        const err0 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: schema20.type } };
        if (vErrors === null) {
          vErrors = [err0];
        } else {
          vErrors.push(err0);
        }
        errors++;
      }
      validate53.errors = vErrors;
      return errors === 0;
    }
    validate53.evaluated = { "dynamicProps": false, "dynamicItems": false };
    var schema21 = { "type": ["string", "array"], "items": { "type": ["string", "number"] } };
    function validate55(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
      let vErrors = null;
      let errors = 0;
      const evaluated0 = validate55.evaluated;
      if (evaluated0.dynamicProps) {
        evaluated0.props = void 0;
      }
      if (evaluated0.dynamicItems) {
        evaluated0.items = void 0;
      }
      if (typeof data !== "string" && !Array.isArray(data)) {
        const err0 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: schema21.type } };
        if (vErrors === null) {
          vErrors = [err0];
        } else {
          vErrors.push(err0);
        }
        errors++;
      }
      if (Array.isArray(data)) {
        const len0 = data.length;
        for (let i0 = 0; i0 < len0; i0++) {
          let data0 = data[i0];
          if (typeof data0 !== "string" && !(typeof data0 == "number" && isFinite(data0))) {
            const err1 = { instancePath: instancePath + "/" + i0, schemaPath: "#/items/type", keyword: "type", params: { type: schema21.items.type } };
            if (vErrors === null) {
              vErrors = [err1];
            } else {
              vErrors.push(err1);
            }
            errors++;
          }
        }
      }
      validate55.errors = vErrors;
      return errors === 0;
    }
    validate55.evaluated = { "items": true, "dynamicProps": false, "dynamicItems": false };
    var schema22 = { "type": "object", "properties": { "annotations": { "$ref": "#/$defs/pairs" }, "attach": { "$ref": "#/$defs/boolean" }, "blkio_config": { "type": "object", "properties": { "weight": { "$ref": "#/$defs/integer" }, "weight_device": { "type": "array", "items": { "$ref": "#/$defs/weightDevice" } }, "device_read_bps": { "type": "array", "items": { "$ref": "#/$defs/rateDevice" } }, "device_read_iops": { "type": "array", "items": { "$ref": "#/$defs/rateDevice" } }, "device_write_bps": { "type": "array", "items": { "$ref": "#/$defs/rateDevice" } }, "device_write_iops": { "type": "array", "items": { "$ref": "#/$defs/rateDevice" } } }, "patternProperties": { "^x-": {} }, "additionalProperties": false }, "build": { "type": ["string", "object"], "properties": { "context": { "type": "string" }, "dockerfile": { "type": "string" }, "dockerfile_inline": { "type": "string" }, "entitlements": { "$ref": "#/$defs/strings" }, "args": { "$ref": "#/$defs/pairs" }, "ssh": { "$ref": "#/$defs/pairs" }, "labels": { "$ref": "#/$defs/pairs" }, "cache_from": { "$ref": "#/$defs/strings" }, "cache_to": { "$ref": "#/$defs/strings" }, "no_cache": { "$ref": "#/$defs/boolean" }, "no_cache_filter": { "$ref": "#/$defs/stringOrList" }, "additional_contexts": { "$ref": "#/$defs/pairs" }, "network": { "type": "string" }, "provenance": { "type": ["string", "boolean"] }, "sbom": { "type": ["string", "boolean"] }, "pull": { "$ref": "#/$defs/boolean" }, "target": { "type": "string" }, "shm_size": { "$ref": "#/$defs/size" }, "extra_hosts": { "$ref": "#/$defs/extraHosts" }, "isolation": { "type": "string" }, "privileged": { "$ref": "#/$defs/boolean" }, "secrets": { "type": "array", "items": { "$ref": "#/$defs/grant" } }, "tags": { "$ref": "#/$defs/strings" }, "ulimits": { "$ref": "#/$defs/ulimits" }, "platforms": { "$ref": "#/$defs/strings" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false }, "cap_add": { "$ref": "#/$defs/strings" }, "cap_drop": { "$ref": "#/$defs/strings" }, "cgroup": { "type": "string", "enum": ["host", "private"] }, "cgroup_parent": { "type": "string" }, "command": { "$ref": "#/$defs/command" }, "configs": { "type": "array", "items": { "$ref": "#/$defs/grant" } }, "container_name": { "type": "string", "pattern": "^[a-zA-Z0-9][a-zA-Z0-9_.-]+$" }, "cpu_count": { "$ref": "#/$defs/integer" }, "cpu_percent": { "$ref": "#/$defs/number" }, "cpu_period": { "type": ["integer", "string"] }, "cpu_quota": { "type": ["integer", "string"] }, "cpu_rt_period": { "$ref": "#/$defs/duration" }, "cpu_rt_runtime": { "$ref": "#/$defs/duration" }, "cpu_shares": { "$ref": "#/$defs/integer" }, "cpus": { "$ref": "#/$defs/number" }, "cpuset": { "type": ["string", "integer"] }, "credential_spec": { "type": "object", "properties": { "config": { "type": "string" }, "file": { "type": "string" }, "registry": { "type": "string" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false }, "depends_on": { "type": ["array", "object"], "items": { "type": "string" }, "additionalProperties": { "type": "object", "properties": { "condition": { "type": "string", "enum": ["service_started", "service_healthy", "service_completed_successfully"] }, "restart": { "$ref": "#/$defs/boolean" }, "required": { "$ref": "#/$defs/boolean" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false } }, "deploy": { "type": "object", "properties": { "mode": { "type": "string", "enum": ["replicated", "global", "replicated-job", "global-job"] }, "replicas": { "$ref": "#/$defs/integer" }, "endpoint_mode": { "type": "string", "enum": ["vip", "dnsrr"] }, "labels": { "$ref": "#/$defs/pairs" }, "placement": { "type": "object", "properties": { "constraints": { "$ref": "#/$defs/strings" }, "preferences": { "type": "array", "items": { "type": "object" } }, "max_replicas_per_node": { "$ref": "#/$defs/integer" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false }, "resources": { "type": "object", "properties": { "limits": { "type": "object", "properties": { "cpus": { "$ref": "#/$defs/number" }, "memory": { "$ref": "#/$defs/size" }, "pids": { "$ref": "#/$defs/integer" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false }, "reservations": { "type": "object", "properties": { "cpus": { "$ref": "#/$defs/number" }, "memory": { "$ref": "#/$defs/size" }, "devices": { "type": "array", "items": { "$ref": "#/$defs/deviceRequest" } }, "generic_resources": { "type": "array", "items": { "type": "object" } } }, "patternProperties": { "^x-": {} }, "additionalProperties": false } }, "patternProperties": { "^x-": {} }, "additionalProperties": false }, "restart_policy": { "type": "object", "properties": { "condition": { "type": "string", "enum": ["none", "on-failure", "any", "no", "always", "unless-stopped"] }, "delay": { "$ref": "#/$defs/duration" }, "max_attempts": { "$ref": "#/$defs/integer" }, "window": { "$ref": "#/$defs/duration" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false }, "update_config": { "$ref": "#/$defs/updateConfig" }, "rollback_config": { "$ref": "#/$defs/updateConfig" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false }, "develop": { "type": "object", "properties": { "watch": { "type": "array", "items": { "type": "object", "properties": { "path": { "type": "string" }, "action": { "type": "string" }, "target": { "type": "string" }, "ignore": { "$ref": "#/$defs/stringOrList" }, "include": { "$ref": "#/$defs/stringOrList" }, "initial_sync": { "$ref": "#/$defs/boolean" }, "exec": { "type": "object" } }, "required": ["path", "action"], "patternProperties": { "^x-": {} }, "additionalProperties": false } } }, "patternProperties": { "^x-": {} }, "additionalProperties": false }, "device_cgroup_rules": { "$ref": "#/$defs/strings" }, "devices": { "type": "array", "items": { "type": ["string", "object"], "properties": { "source": { "type": "string" }, "target": { "type": "string" }, "permissions": { "type": "string" } }, "required": ["source"], "patternProperties": { "^x-": {} }, "additionalProperties": false } }, "dns": { "$ref": "#/$defs/stringOrList" }, "dns_opt": { "$ref": "#/$defs/strings" }, "dns_search": { "$ref": "#/$defs/stringOrList" }, "domainname": { "type": "string" }, "entrypoint": { "$ref": "#/$defs/command" }, "env_file": { "type": ["string", "array"], "items": { "type": ["string", "object"], "properties": { "path": { "type": "string" }, "required": { "$ref": "#/$defs/boolean" }, "format": { "type": "string" } }, "required": ["path"], "patternProperties": { "^x-": {} }, "additionalProperties": false } }, "environment": { "$ref": "#/$defs/pairs" }, "expose": { "type": "array", "items": { "type": ["string", "number"] } }, "extends": { "type": ["string", "object"], "properties": { "service": { "type": "string" }, "file": { "type": "string" } }, "required": ["service"], "patternProperties": { "^x-": {} }, "additionalProperties": false }, "external_links": { "$ref": "#/$defs/strings" }, "extra_hosts": { "$ref": "#/$defs/extraHosts" }, "gpus": { "type": ["string", "array"], "items": { "$ref": "#/$defs/deviceRequest" } }, "group_add": { "type": "array", "items": { "type": ["string", "number"] } }, "healthcheck": { "type": "object", "properties": { "test": { "type": ["string", "array"], "items": { "type": ["string", "number", "boolean"] } }, "interval": { "$ref": "#/$defs/duration" }, "timeout": { "$ref": "#/$defs/duration" }, "retries": { "$ref": "#/$defs/integer" }, "start_period": { "$ref": "#/$defs/duration" }, "start_interval": { "$ref": "#/$defs/duration" }, "disable": { "$ref": "#/$defs/boolean" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false }, "hostname": { "type": "string" }, "image": { "type": "string" }, "init": { "$ref": "#/$defs/boolean" }, "ipc": { "type": "string" }, "isolation": { "type": "string" }, "label_file": { "$ref": "#/$defs/stringOrList" }, "labels": { "$ref": "#/$defs/pairs" }, "links": { "$ref": "#/$defs/strings" }, "logging": { "type": "object", "properties": { "driver": { "type": "string" }, "options": { "type": "object", "properties": { "max-size": { "type": ["string", "number", "null"] }, "max-file": { "type": ["integer", "string", "null"] }, "max-age": { "type": ["string", "null"] }, "mode": { "type": ["string", "null"] }, "max-buffer-size": { "type": ["string", "number", "null"] } }, "additionalProperties": { "type": ["string", "number", "boolean", "null"] } } }, "patternProperties": { "^x-": {} }, "additionalProperties": false }, "mac_address": { "type": "string" }, "mem_limit": { "$ref": "#/$defs/size" }, "mem_reservation": { "$ref": "#/$defs/size" }, "mem_swappiness": { "$ref": "#/$defs/integer" }, "memswap_limit": { "$ref": "#/$defs/size" }, "models": { "type": ["array", "object"], "items": { "type": "string" } }, "network_mode": { "type": "string" }, "networks": { "type": ["array", "object"], "items": { "type": "string" }, "additionalProperties": { "type": ["object", "null"], "properties": { "aliases": { "$ref": "#/$defs/strings" }, "ipv4_address": { "type": "string" }, "ipv6_address": { "type": "string" }, "link_local_ips": { "$ref": "#/$defs/strings" }, "mac_address": { "type": "string" }, "interface_name": { "type": "string" }, "driver_opts": { "type": "object", "additionalProperties": { "type": ["string", "number", "boolean"] } }, "priority": { "$ref": "#/$defs/number" }, "gw_priority": { "$ref": "#/$defs/number" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false } }, "oom_kill_disable": { "$ref": "#/$defs/boolean" }, "oom_score_adj": { "$ref": "#/$defs/integer" }, "pid": { "type": "string" }, "pids_limit": { "$ref": "#/$defs/integer" }, "platform": { "type": "string" }, "ports": { "type": "array", "items": { "type": ["string", "number", "object"], "properties": { "name": { "type": "string" }, "target": { "$ref": "#/$defs/integer" }, "published": { "type": ["string", "integer"] }, "host_ip": { "type": "string" }, "protocol": { "type": "string" }, "app_protocol": { "type": "string" }, "mode": { "type": "string", "enum": ["host", "ingress"] } }, "required": ["target"], "patternProperties": { "^x-": {} }, "additionalProperties": false } }, "post_start": { "type": "array", "items": { "$ref": "#/$defs/hook" } }, "pre_start": { "type": "array", "items": { "$ref": "#/$defs/hook" } }, "pre_stop": { "type": "array", "items": { "$ref": "#/$defs/hook" } }, "privileged": { "$ref": "#/$defs/boolean" }, "profiles": { "$ref": "#/$defs/strings" }, "provider": { "type": "object", "properties": { "type": { "type": "string" }, "options": { "type": "object", "additionalProperties": { "type": ["string", "number", "boolean", "array"] } } }, "required": ["type"], "patternProperties": { "^x-": {} }, "additionalProperties": false }, "pull_policy": { "type": "string", "pattern": "^(always|never|build|if_not_present|missing|refresh|daily|weekly|every_([0-9]+[wdhms])+)$" }, "pull_refresh_after": { "type": "string" }, "read_only": { "$ref": "#/$defs/boolean" }, "restart": { "type": "string", "pattern": "^(no|always|unless-stopped|on-failure(:[0-9]+)?)$" }, "runtime": { "type": "string" }, "scale": { "$ref": "#/$defs/integer" }, "secrets": { "type": "array", "items": { "$ref": "#/$defs/grant" } }, "security_opt": { "$ref": "#/$defs/strings" }, "shm_size": { "$ref": "#/$defs/size" }, "stdin_open": { "$ref": "#/$defs/boolean" }, "stop_grace_period": { "$ref": "#/$defs/duration" }, "stop_signal": { "$ref": "#/$defs/text" }, "storage_opt": { "type": "object" }, "sysctls": { "$ref": "#/$defs/pairs" }, "tmpfs": { "$ref": "#/$defs/stringOrList" }, "tty": { "$ref": "#/$defs/boolean" }, "ulimits": { "$ref": "#/$defs/ulimits" }, "use_api_socket": { "$ref": "#/$defs/boolean" }, "user": { "$ref": "#/$defs/text" }, "userns_mode": { "type": "string" }, "uts": { "type": "string", "enum": ["host"] }, "volumes": { "type": "array", "items": { "type": ["string", "object"], "properties": { "type": { "type": "string", "enum": ["volume", "bind", "tmpfs", "image", "npipe", "cluster"] }, "source": { "type": "string" }, "target": { "type": "string" }, "read_only": { "$ref": "#/$defs/boolean" }, "consistency": { "type": "string" }, "bind": { "type": "object", "properties": { "propagation": { "type": "string", "enum": ["private", "rprivate", "shared", "rshared", "slave", "rslave"] }, "create_host_path": { "$ref": "#/$defs/boolean" }, "recursive": { "type": "string", "enum": ["enabled", "disabled", "writable", "readonly"] }, "selinux": { "type": "string", "enum": ["z", "Z"] } }, "patternProperties": { "^x-": {} }, "additionalProperties": false }, "volume": { "type": "object", "properties": { "nocopy": { "$ref": "#/$defs/boolean" }, "subpath": { "type": "string" }, "labels": { "$ref": "#/$defs/pairs" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false }, "tmpfs": { "type": "object", "properties": { "size": { "$ref": "#/$defs/size" }, "mode": { "$ref": "#/$defs/integer" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false }, "image": { "type": "object", "properties": { "subpath": { "type": "string" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false } }, "required": ["type"], "patternProperties": { "^x-": {} }, "additionalProperties": false } }, "volumes_from": { "$ref": "#/$defs/strings" }, "working_dir": { "type": "string" }, "x-tsorch": { "type": "object", "properties": { "probes": { "type": "object", "properties": { "start": { "$ref": "#/$defs/probe" }, "ready": { "$ref": "#/$defs/probe" }, "live": { "$ref": "#/$defs/probe" } }, "additionalProperties": false } }, "additionalProperties": false } }, "patternProperties": { "^x-": {} }, "additionalProperties": false };
    var pattern14 = new RegExp("^[a-zA-Z0-9][a-zA-Z0-9_.-]+$", "u");
    var pattern36 = new RegExp("^(always|never|build|if_not_present|missing|refresh|daily|weekly|every_([0-9]+[wdhms])+)$", "u");
    var pattern37 = new RegExp("^(no|always|unless-stopped|on-failure(:[0-9]+)?)$", "u");
    var schema23 = { "type": ["object", "array"], "items": { "type": "string" }, "additionalProperties": { "type": ["string", "number", "boolean", "null"] } };
    function validate59(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
      let vErrors = null;
      let errors = 0;
      const evaluated0 = validate59.evaluated;
      if (evaluated0.dynamicProps) {
        evaluated0.props = void 0;
      }
      if (evaluated0.dynamicItems) {
        evaluated0.items = void 0;
      }
      if (!data || typeof data != "object") {
        const err0 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: schema23.type } };
        if (vErrors === null) {
          vErrors = [err0];
        } else {
          vErrors.push(err0);
        }
        errors++;
      }
      if (Array.isArray(data)) {
        const len0 = data.length;
        for (let i0 = 0; i0 < len0; i0++) {
          if (typeof data[i0] !== "string") {
            const err1 = { instancePath: instancePath + "/" + i0, schemaPath: "#/items/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err1];
            } else {
              vErrors.push(err1);
            }
            errors++;
          }
        }
      }
      if (data && typeof data == "object" && !Array.isArray(data)) {
        for (const key0 in data) {
          let data1 = data[key0];
          if (typeof data1 !== "string" && !(typeof data1 == "number" && isFinite(data1)) && typeof data1 !== "boolean" && data1 !== null) {
            const err2 = { instancePath: instancePath + "/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/additionalProperties/type", keyword: "type", params: { type: schema23.additionalProperties.type } };
            if (vErrors === null) {
              vErrors = [err2];
            } else {
              vErrors.push(err2);
            }
            errors++;
          }
        }
      }
      validate59.errors = vErrors;
      return errors === 0;
    }
    validate59.evaluated = { "props": true, "items": true, "dynamicProps": false, "dynamicItems": false };
    var schema24 = { "type": ["boolean", "string"] };
    function validate61(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
      let vErrors = null;
      let errors = 0;
      const evaluated0 = validate61.evaluated;
      if (evaluated0.dynamicProps) {
        evaluated0.props = void 0;
      }
      if (evaluated0.dynamicItems) {
        evaluated0.items = void 0;
      }
      if (typeof data !== "boolean" && typeof data !== "string") {
        const err0 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: schema24.type } };
        if (vErrors === null) {
          vErrors = [err0];
        } else {
          vErrors.push(err0);
        }
        errors++;
      }
      validate61.errors = vErrors;
      return errors === 0;
    }
    validate61.evaluated = { "dynamicProps": false, "dynamicItems": false };
    var schema25 = { "type": ["integer", "string"] };
    function validate63(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
      let vErrors = null;
      let errors = 0;
      const evaluated0 = validate63.evaluated;
      if (evaluated0.dynamicProps) {
        evaluated0.props = void 0;
      }
      if (evaluated0.dynamicItems) {
        evaluated0.items = void 0;
      }
      if (!(typeof data == "number" && (!(data % 1) && !isNaN(data)) && isFinite(data)) && typeof data !== "string") {
        const err0 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: schema25.type } };
        if (vErrors === null) {
          vErrors = [err0];
        } else {
          vErrors.push(err0);
        }
        errors++;
      }
      validate63.errors = vErrors;
      return errors === 0;
    }
    validate63.evaluated = { "dynamicProps": false, "dynamicItems": false };
    function validate65(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
      let vErrors = null;
      let errors = 0;
      const evaluated0 = validate65.evaluated;
      if (evaluated0.dynamicProps) {
        evaluated0.props = void 0;
      }
      if (evaluated0.dynamicItems) {
        evaluated0.items = void 0;
      }
      if (data && typeof data == "object" && !Array.isArray(data)) {
        if (data.path === void 0) {
          const err0 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "path" } };
          if (vErrors === null) {
            vErrors = [err0];
          } else {
            vErrors.push(err0);
          }
          errors++;
        }
        if (data.weight === void 0) {
          const err1 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "weight" } };
          if (vErrors === null) {
            vErrors = [err1];
          } else {
            vErrors.push(err1);
          }
          errors++;
        }
        for (const key0 in data) {
          if (!(key0 === "path" || key0 === "weight" || pattern3.test(key0))) {
            const err2 = { instancePath, schemaPath: "#/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key0 } };
            if (vErrors === null) {
              vErrors = [err2];
            } else {
              vErrors.push(err2);
            }
            errors++;
          }
        }
        if (data.path !== void 0) {
          if (typeof data.path !== "string") {
            const err3 = { instancePath: instancePath + "/path", schemaPath: "#/properties/path/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err3];
            } else {
              vErrors.push(err3);
            }
            errors++;
          }
        }
        if (data.weight !== void 0) {
          if (!validate63(data.weight, { instancePath: instancePath + "/weight", parentData: data, parentDataProperty: "weight", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate63.errors : vErrors.concat(validate63.errors);
            errors = vErrors.length;
          }
        }
      } else {
        const err4 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" } };
        if (vErrors === null) {
          vErrors = [err4];
        } else {
          vErrors.push(err4);
        }
        errors++;
      }
      validate65.errors = vErrors;
      return errors === 0;
    }
    validate65.evaluated = { "props": true, "dynamicProps": false, "dynamicItems": false };
    var schema28 = { "type": ["string", "number"] };
    function validate69(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
      let vErrors = null;
      let errors = 0;
      const evaluated0 = validate69.evaluated;
      if (evaluated0.dynamicProps) {
        evaluated0.props = void 0;
      }
      if (evaluated0.dynamicItems) {
        evaluated0.items = void 0;
      }
      if (typeof data !== "string" && !(typeof data == "number" && isFinite(data))) {
        const err0 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: schema28.type } };
        if (vErrors === null) {
          vErrors = [err0];
        } else {
          vErrors.push(err0);
        }
        errors++;
      }
      validate69.errors = vErrors;
      return errors === 0;
    }
    validate69.evaluated = { "dynamicProps": false, "dynamicItems": false };
    function validate68(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
      let vErrors = null;
      let errors = 0;
      const evaluated0 = validate68.evaluated;
      if (evaluated0.dynamicProps) {
        evaluated0.props = void 0;
      }
      if (evaluated0.dynamicItems) {
        evaluated0.items = void 0;
      }
      if (data && typeof data == "object" && !Array.isArray(data)) {
        if (data.path === void 0) {
          const err0 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "path" } };
          if (vErrors === null) {
            vErrors = [err0];
          } else {
            vErrors.push(err0);
          }
          errors++;
        }
        if (data.rate === void 0) {
          const err1 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "rate" } };
          if (vErrors === null) {
            vErrors = [err1];
          } else {
            vErrors.push(err1);
          }
          errors++;
        }
        for (const key0 in data) {
          if (!(key0 === "path" || key0 === "rate" || pattern3.test(key0))) {
            const err2 = { instancePath, schemaPath: "#/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key0 } };
            if (vErrors === null) {
              vErrors = [err2];
            } else {
              vErrors.push(err2);
            }
            errors++;
          }
        }
        if (data.path !== void 0) {
          if (typeof data.path !== "string") {
            const err3 = { instancePath: instancePath + "/path", schemaPath: "#/properties/path/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err3];
            } else {
              vErrors.push(err3);
            }
            errors++;
          }
        }
        if (data.rate !== void 0) {
          if (!validate69(data.rate, { instancePath: instancePath + "/rate", parentData: data, parentDataProperty: "rate", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate69.errors : vErrors.concat(validate69.errors);
            errors = vErrors.length;
          }
        }
      } else {
        const err4 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" } };
        if (vErrors === null) {
          vErrors = [err4];
        } else {
          vErrors.push(err4);
        }
        errors++;
      }
      validate68.errors = vErrors;
      return errors === 0;
    }
    validate68.evaluated = { "props": true, "dynamicProps": false, "dynamicItems": false };
    var schema29 = { "type": "array", "items": { "type": ["string", "number"] } };
    function validate75(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
      let vErrors = null;
      let errors = 0;
      const evaluated0 = validate75.evaluated;
      if (evaluated0.dynamicProps) {
        evaluated0.props = void 0;
      }
      if (evaluated0.dynamicItems) {
        evaluated0.items = void 0;
      }
      if (Array.isArray(data)) {
        const len0 = data.length;
        for (let i0 = 0; i0 < len0; i0++) {
          let data0 = data[i0];
          if (typeof data0 !== "string" && !(typeof data0 == "number" && isFinite(data0))) {
            const err0 = { instancePath: instancePath + "/" + i0, schemaPath: "#/items/type", keyword: "type", params: { type: schema29.items.type } };
            if (vErrors === null) {
              vErrors = [err0];
            } else {
              vErrors.push(err0);
            }
            errors++;
          }
        }
      } else {
        const err1 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "array" } };
        if (vErrors === null) {
          vErrors = [err1];
        } else {
          vErrors.push(err1);
        }
        errors++;
      }
      validate75.errors = vErrors;
      return errors === 0;
    }
    validate75.evaluated = { "items": true, "dynamicProps": false, "dynamicItems": false };
    var schema30 = { "type": ["object", "array"], "items": { "type": "string" }, "additionalProperties": { "type": ["string", "array"], "items": { "type": "string" } } };
    function validate87(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
      let vErrors = null;
      let errors = 0;
      const evaluated0 = validate87.evaluated;
      if (evaluated0.dynamicProps) {
        evaluated0.props = void 0;
      }
      if (evaluated0.dynamicItems) {
        evaluated0.items = void 0;
      }
      if (!data || typeof data != "object") {
        const err0 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: schema30.type } };
        if (vErrors === null) {
          vErrors = [err0];
        } else {
          vErrors.push(err0);
        }
        errors++;
      }
      if (Array.isArray(data)) {
        const len0 = data.length;
        for (let i0 = 0; i0 < len0; i0++) {
          if (typeof data[i0] !== "string") {
            const err1 = { instancePath: instancePath + "/" + i0, schemaPath: "#/items/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err1];
            } else {
              vErrors.push(err1);
            }
            errors++;
          }
        }
      }
      if (data && typeof data == "object" && !Array.isArray(data)) {
        for (const key0 in data) {
          let data1 = data[key0];
          if (typeof data1 !== "string" && !Array.isArray(data1)) {
            const err2 = { instancePath: instancePath + "/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/additionalProperties/type", keyword: "type", params: { type: schema30.additionalProperties.type } };
            if (vErrors === null) {
              vErrors = [err2];
            } else {
              vErrors.push(err2);
            }
            errors++;
          }
          if (Array.isArray(data1)) {
            const len1 = data1.length;
            for (let i1 = 0; i1 < len1; i1++) {
              if (typeof data1[i1] !== "string") {
                const err3 = { instancePath: instancePath + "/" + key0.replace(/~/g, "~0").replace(/\//g, "~1") + "/" + i1, schemaPath: "#/additionalProperties/items/type", keyword: "type", params: { type: "string" } };
                if (vErrors === null) {
                  vErrors = [err3];
                } else {
                  vErrors.push(err3);
                }
                errors++;
              }
            }
          }
        }
      }
      validate87.errors = vErrors;
      return errors === 0;
    }
    validate87.evaluated = { "props": true, "items": true, "dynamicProps": false, "dynamicItems": false };
    var schema31 = { "type": ["string", "object"], "properties": { "source": { "type": "string" }, "target": { "type": "string" }, "uid": { "$ref": "#/$defs/text" }, "gid": { "$ref": "#/$defs/text" }, "mode": { "$ref": "#/$defs/integer" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false };
    function validate90(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
      let vErrors = null;
      let errors = 0;
      const evaluated0 = validate90.evaluated;
      if (evaluated0.dynamicProps) {
        evaluated0.props = void 0;
      }
      if (evaluated0.dynamicItems) {
        evaluated0.items = void 0;
      }
      if (typeof data !== "string" && !(data && typeof data == "object" && !Array.isArray(data))) {
        const err0 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: schema31.type } };
        if (vErrors === null) {
          vErrors = [err0];
        } else {
          vErrors.push(err0);
        }
        errors++;
      }
      if (data && typeof data == "object" && !Array.isArray(data)) {
        for (const key0 in data) {
          if (!(key0 === "source" || key0 === "target" || key0 === "uid" || key0 === "gid" || key0 === "mode" || pattern3.test(key0))) {
            const err1 = { instancePath, schemaPath: "#/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key0 } };
            if (vErrors === null) {
              vErrors = [err1];
            } else {
              vErrors.push(err1);
            }
            errors++;
          }
        }
        if (data.source !== void 0) {
          if (typeof data.source !== "string") {
            const err2 = { instancePath: instancePath + "/source", schemaPath: "#/properties/source/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err2];
            } else {
              vErrors.push(err2);
            }
            errors++;
          }
        }
        if (data.target !== void 0) {
          if (typeof data.target !== "string") {
            const err3 = { instancePath: instancePath + "/target", schemaPath: "#/properties/target/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err3];
            } else {
              vErrors.push(err3);
            }
            errors++;
          }
        }
        if (data.uid !== void 0) {
          if (!validate53(data.uid, { instancePath: instancePath + "/uid", parentData: data, parentDataProperty: "uid", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
            errors = vErrors.length;
          }
        }
        if (data.gid !== void 0) {
          if (!validate53(data.gid, { instancePath: instancePath + "/gid", parentData: data, parentDataProperty: "gid", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
            errors = vErrors.length;
          }
        }
        if (data.mode !== void 0) {
          if (!validate63(data.mode, { instancePath: instancePath + "/mode", parentData: data, parentDataProperty: "mode", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate63.errors : vErrors.concat(validate63.errors);
            errors = vErrors.length;
          }
        }
      }
      validate90.errors = vErrors;
      return errors === 0;
    }
    validate90.evaluated = { "props": true, "dynamicProps": false, "dynamicItems": false };
    var schema32 = { "type": "object", "propertyNames": { "pattern": "^[a-z]+$" }, "additionalProperties": { "type": ["integer", "string", "object"], "properties": { "soft": { "$ref": "#/$defs/integer" }, "hard": { "$ref": "#/$defs/integer" } }, "required": ["soft", "hard"], "patternProperties": { "^x-": {} }, "additionalProperties": false } };
    var pattern12 = new RegExp("^[a-z]+$", "u");
    function validate96(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
      let vErrors = null;
      let errors = 0;
      const evaluated0 = validate96.evaluated;
      if (evaluated0.dynamicProps) {
        evaluated0.props = void 0;
      }
      if (evaluated0.dynamicItems) {
        evaluated0.items = void 0;
      }
      if (data && typeof data == "object" && !Array.isArray(data)) {
        for (const key0 in data) {
          const _errs1 = errors;
          if (typeof key0 === "string") {
            if (!pattern12.test(key0)) {
              const err0 = { instancePath, schemaPath: "#/propertyNames/pattern", keyword: "pattern", params: { pattern: "^[a-z]+$" }, propertyName: key0 };
              if (vErrors === null) {
                vErrors = [err0];
              } else {
                vErrors.push(err0);
              }
              errors++;
            }
          }
          var valid0 = _errs1 === errors;
          if (!valid0) {
            const err1 = { instancePath, schemaPath: "#/propertyNames", keyword: "propertyNames", params: { propertyName: key0 } };
            if (vErrors === null) {
              vErrors = [err1];
            } else {
              vErrors.push(err1);
            }
            errors++;
          }
        }
        for (const key1 in data) {
          let data0 = data[key1];
          if (!(typeof data0 == "number" && (!(data0 % 1) && !isNaN(data0)) && isFinite(data0)) && typeof data0 !== "string" && !(data0 && typeof data0 == "object" && !Array.isArray(data0))) {
            const err2 = { instancePath: instancePath + "/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/additionalProperties/type", keyword: "type", params: { type: schema32.additionalProperties.type } };
            if (vErrors === null) {
              vErrors = [err2];
            } else {
              vErrors.push(err2);
            }
            errors++;
          }
          if (data0 && typeof data0 == "object" && !Array.isArray(data0)) {
            if (data0.soft === void 0) {
              const err3 = { instancePath: instancePath + "/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/additionalProperties/required", keyword: "required", params: { missingProperty: "soft" } };
              if (vErrors === null) {
                vErrors = [err3];
              } else {
                vErrors.push(err3);
              }
              errors++;
            }
            if (data0.hard === void 0) {
              const err4 = { instancePath: instancePath + "/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/additionalProperties/required", keyword: "required", params: { missingProperty: "hard" } };
              if (vErrors === null) {
                vErrors = [err4];
              } else {
                vErrors.push(err4);
              }
              errors++;
            }
            for (const key2 in data0) {
              if (!(key2 === "soft" || key2 === "hard" || pattern3.test(key2))) {
                const err5 = { instancePath: instancePath + "/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/additionalProperties/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key2 } };
                if (vErrors === null) {
                  vErrors = [err5];
                } else {
                  vErrors.push(err5);
                }
                errors++;
              }
            }
            if (data0.soft !== void 0) {
              if (!validate63(data0.soft, { instancePath: instancePath + "/" + key1.replace(/~/g, "~0").replace(/\//g, "~1") + "/soft", parentData: data0, parentDataProperty: "soft", rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate63.errors : vErrors.concat(validate63.errors);
                errors = vErrors.length;
              }
            }
            if (data0.hard !== void 0) {
              if (!validate63(data0.hard, { instancePath: instancePath + "/" + key1.replace(/~/g, "~0").replace(/\//g, "~1") + "/hard", parentData: data0, parentDataProperty: "hard", rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate63.errors : vErrors.concat(validate63.errors);
                errors = vErrors.length;
              }
            }
          }
        }
      } else {
        const err6 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" } };
        if (vErrors === null) {
          vErrors = [err6];
        } else {
          vErrors.push(err6);
        }
        errors++;
      }
      validate96.errors = vErrors;
      return errors === 0;
    }
    validate96.evaluated = { "props": true, "dynamicProps": false, "dynamicItems": false };
    var schema33 = { "type": ["string", "array"], "items": { "type": ["string", "number", "boolean"] } };
    function validate103(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
      let vErrors = null;
      let errors = 0;
      const evaluated0 = validate103.evaluated;
      if (evaluated0.dynamicProps) {
        evaluated0.props = void 0;
      }
      if (evaluated0.dynamicItems) {
        evaluated0.items = void 0;
      }
      if (typeof data !== "string" && !Array.isArray(data)) {
        const err0 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: schema33.type } };
        if (vErrors === null) {
          vErrors = [err0];
        } else {
          vErrors.push(err0);
        }
        errors++;
      }
      if (Array.isArray(data)) {
        const len0 = data.length;
        for (let i0 = 0; i0 < len0; i0++) {
          let data0 = data[i0];
          if (typeof data0 !== "string" && !(typeof data0 == "number" && isFinite(data0)) && typeof data0 !== "boolean") {
            const err1 = { instancePath: instancePath + "/" + i0, schemaPath: "#/items/type", keyword: "type", params: { type: schema33.items.type } };
            if (vErrors === null) {
              vErrors = [err1];
            } else {
              vErrors.push(err1);
            }
            errors++;
          }
        }
      }
      validate103.errors = vErrors;
      return errors === 0;
    }
    validate103.evaluated = { "items": true, "dynamicProps": false, "dynamicItems": false };
    var schema34 = { "type": ["number", "string"] };
    function validate107(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
      let vErrors = null;
      let errors = 0;
      const evaluated0 = validate107.evaluated;
      if (evaluated0.dynamicProps) {
        evaluated0.props = void 0;
      }
      if (evaluated0.dynamicItems) {
        evaluated0.items = void 0;
      }
      if (!(typeof data == "number" && isFinite(data)) && typeof data !== "string") {
        const err0 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: schema34.type } };
        if (vErrors === null) {
          vErrors = [err0];
        } else {
          vErrors.push(err0);
        }
        errors++;
      }
      validate107.errors = vErrors;
      return errors === 0;
    }
    validate107.evaluated = { "dynamicProps": false, "dynamicItems": false };
    var schema35 = { "type": ["string", "number"] };
    function validate109(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
      let vErrors = null;
      let errors = 0;
      const evaluated0 = validate109.evaluated;
      if (evaluated0.dynamicProps) {
        evaluated0.props = void 0;
      }
      if (evaluated0.dynamicItems) {
        evaluated0.items = void 0;
      }
      if (typeof data !== "string" && !(typeof data == "number" && isFinite(data))) {
        const err0 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: schema35.type } };
        if (vErrors === null) {
          vErrors = [err0];
        } else {
          vErrors.push(err0);
        }
        errors++;
      }
      validate109.errors = vErrors;
      return errors === 0;
    }
    validate109.evaluated = { "dynamicProps": false, "dynamicItems": false };
    var schema36 = { "type": "object", "properties": { "driver": { "type": "string" }, "count": { "type": ["string", "integer"] }, "device_ids": { "$ref": "#/$defs/strings" }, "capabilities": { "$ref": "#/$defs/strings" }, "options": { "$ref": "#/$defs/pairs" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false };
    function validate125(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
      let vErrors = null;
      let errors = 0;
      const evaluated0 = validate125.evaluated;
      if (evaluated0.dynamicProps) {
        evaluated0.props = void 0;
      }
      if (evaluated0.dynamicItems) {
        evaluated0.items = void 0;
      }
      if (data && typeof data == "object" && !Array.isArray(data)) {
        for (const key0 in data) {
          if (!(key0 === "driver" || key0 === "count" || key0 === "device_ids" || key0 === "capabilities" || key0 === "options" || pattern3.test(key0))) {
            const err0 = { instancePath, schemaPath: "#/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key0 } };
            if (vErrors === null) {
              vErrors = [err0];
            } else {
              vErrors.push(err0);
            }
            errors++;
          }
        }
        if (data.driver !== void 0) {
          if (typeof data.driver !== "string") {
            const err1 = { instancePath: instancePath + "/driver", schemaPath: "#/properties/driver/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err1];
            } else {
              vErrors.push(err1);
            }
            errors++;
          }
        }
        if (data.count !== void 0) {
          let data1 = data.count;
          if (typeof data1 !== "string" && !(typeof data1 == "number" && (!(data1 % 1) && !isNaN(data1)) && isFinite(data1))) {
            const err2 = { instancePath: instancePath + "/count", schemaPath: "#/properties/count/type", keyword: "type", params: { type: schema36.properties.count.type } };
            if (vErrors === null) {
              vErrors = [err2];
            } else {
              vErrors.push(err2);
            }
            errors++;
          }
        }
        if (data.device_ids !== void 0) {
          if (!validate75(data.device_ids, { instancePath: instancePath + "/device_ids", parentData: data, parentDataProperty: "device_ids", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate75.errors : vErrors.concat(validate75.errors);
            errors = vErrors.length;
          }
        }
        if (data.capabilities !== void 0) {
          if (!validate75(data.capabilities, { instancePath: instancePath + "/capabilities", parentData: data, parentDataProperty: "capabilities", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate75.errors : vErrors.concat(validate75.errors);
            errors = vErrors.length;
          }
        }
        if (data.options !== void 0) {
          if (!validate59(data.options, { instancePath: instancePath + "/options", parentData: data, parentDataProperty: "options", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate59.errors : vErrors.concat(validate59.errors);
            errors = vErrors.length;
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
      validate125.errors = vErrors;
      return errors === 0;
    }
    validate125.evaluated = { "props": true, "dynamicProps": false, "dynamicItems": false };
    var schema37 = { "type": "object", "properties": { "parallelism": { "$ref": "#/$defs/integer" }, "delay": { "$ref": "#/$defs/duration" }, "order": { "type": "string", "enum": ["stop-first", "start-first"] }, "monitor": { "$ref": "#/$defs/duration" }, "failure_action": { "type": "string", "enum": ["continue", "rollback", "pause"] }, "max_failure_ratio": { "$ref": "#/$defs/number" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false };
    function validate133(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
      let vErrors = null;
      let errors = 0;
      const evaluated0 = validate133.evaluated;
      if (evaluated0.dynamicProps) {
        evaluated0.props = void 0;
      }
      if (evaluated0.dynamicItems) {
        evaluated0.items = void 0;
      }
      if (data && typeof data == "object" && !Array.isArray(data)) {
        for (const key0 in data) {
          if (!(key0 === "parallelism" || key0 === "delay" || key0 === "order" || key0 === "monitor" || key0 === "failure_action" || key0 === "max_failure_ratio" || pattern3.test(key0))) {
            const err0 = { instancePath, schemaPath: "#/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key0 } };
            if (vErrors === null) {
              vErrors = [err0];
            } else {
              vErrors.push(err0);
            }
            errors++;
          }
        }
        if (data.parallelism !== void 0) {
          if (!validate63(data.parallelism, { instancePath: instancePath + "/parallelism", parentData: data, parentDataProperty: "parallelism", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate63.errors : vErrors.concat(validate63.errors);
            errors = vErrors.length;
          }
        }
        if (data.delay !== void 0) {
          if (!validate109(data.delay, { instancePath: instancePath + "/delay", parentData: data, parentDataProperty: "delay", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate109.errors : vErrors.concat(validate109.errors);
            errors = vErrors.length;
          }
        }
        if (data.order !== void 0) {
          let data2 = data.order;
          if (typeof data2 !== "string") {
            const err1 = { instancePath: instancePath + "/order", schemaPath: "#/properties/order/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err1];
            } else {
              vErrors.push(err1);
            }
            errors++;
          }
          if (!(data2 === "stop-first" || data2 === "start-first")) {
            const err2 = { instancePath: instancePath + "/order", schemaPath: "#/properties/order/enum", keyword: "enum", params: { allowedValues: schema37.properties.order.enum } };
            if (vErrors === null) {
              vErrors = [err2];
            } else {
              vErrors.push(err2);
            }
            errors++;
          }
        }
        if (data.monitor !== void 0) {
          if (!validate109(data.monitor, { instancePath: instancePath + "/monitor", parentData: data, parentDataProperty: "monitor", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate109.errors : vErrors.concat(validate109.errors);
            errors = vErrors.length;
          }
        }
        if (data.failure_action !== void 0) {
          let data4 = data.failure_action;
          if (typeof data4 !== "string") {
            const err3 = { instancePath: instancePath + "/failure_action", schemaPath: "#/properties/failure_action/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err3];
            } else {
              vErrors.push(err3);
            }
            errors++;
          }
          if (!(data4 === "continue" || data4 === "rollback" || data4 === "pause")) {
            const err4 = { instancePath: instancePath + "/failure_action", schemaPath: "#/properties/failure_action/enum", keyword: "enum", params: { allowedValues: schema37.properties.failure_action.enum } };
            if (vErrors === null) {
              vErrors = [err4];
            } else {
              vErrors.push(err4);
            }
            errors++;
          }
        }
        if (data.max_failure_ratio !== void 0) {
          if (!validate107(data.max_failure_ratio, { instancePath: instancePath + "/max_failure_ratio", parentData: data, parentDataProperty: "max_failure_ratio", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate107.errors : vErrors.concat(validate107.errors);
            errors = vErrors.length;
          }
        }
      } else {
        const err5 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" } };
        if (vErrors === null) {
          vErrors = [err5];
        } else {
          vErrors.push(err5);
        }
        errors++;
      }
      validate133.errors = vErrors;
      return errors === 0;
    }
    validate133.evaluated = { "props": true, "dynamicProps": false, "dynamicItems": false };
    function validate175(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
      let vErrors = null;
      let errors = 0;
      const evaluated0 = validate175.evaluated;
      if (evaluated0.dynamicProps) {
        evaluated0.props = void 0;
      }
      if (evaluated0.dynamicItems) {
        evaluated0.items = void 0;
      }
      if (data && typeof data == "object" && !Array.isArray(data)) {
        if (data.command === void 0) {
          const err0 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "command" } };
          if (vErrors === null) {
            vErrors = [err0];
          } else {
            vErrors.push(err0);
          }
          errors++;
        }
        for (const key0 in data) {
          if (!(key0 === "command" || key0 === "image" || key0 === "user" || key0 === "privileged" || key0 === "working_dir" || key0 === "environment" || key0 === "per_replica" || pattern3.test(key0))) {
            const err1 = { instancePath, schemaPath: "#/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key0 } };
            if (vErrors === null) {
              vErrors = [err1];
            } else {
              vErrors.push(err1);
            }
            errors++;
          }
        }
        if (data.command !== void 0) {
          if (!validate103(data.command, { instancePath: instancePath + "/command", parentData: data, parentDataProperty: "command", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate103.errors : vErrors.concat(validate103.errors);
            errors = vErrors.length;
          }
        }
        if (data.image !== void 0) {
          if (typeof data.image !== "string") {
            const err2 = { instancePath: instancePath + "/image", schemaPath: "#/properties/image/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err2];
            } else {
              vErrors.push(err2);
            }
            errors++;
          }
        }
        if (data.user !== void 0) {
          if (!validate53(data.user, { instancePath: instancePath + "/user", parentData: data, parentDataProperty: "user", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
            errors = vErrors.length;
          }
        }
        if (data.privileged !== void 0) {
          if (!validate61(data.privileged, { instancePath: instancePath + "/privileged", parentData: data, parentDataProperty: "privileged", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate61.errors : vErrors.concat(validate61.errors);
            errors = vErrors.length;
          }
        }
        if (data.working_dir !== void 0) {
          if (typeof data.working_dir !== "string") {
            const err3 = { instancePath: instancePath + "/working_dir", schemaPath: "#/properties/working_dir/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err3];
            } else {
              vErrors.push(err3);
            }
            errors++;
          }
        }
        if (data.environment !== void 0) {
          if (!validate59(data.environment, { instancePath: instancePath + "/environment", parentData: data, parentDataProperty: "environment", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate59.errors : vErrors.concat(validate59.errors);
            errors = vErrors.length;
          }
        }
        if (data.per_replica !== void 0) {
          if (!validate61(data.per_replica, { instancePath: instancePath + "/per_replica", parentData: data, parentDataProperty: "per_replica", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate61.errors : vErrors.concat(validate61.errors);
            errors = vErrors.length;
          }
        }
      } else {
        const err4 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" } };
        if (vErrors === null) {
          vErrors = [err4];
        } else {
          vErrors.push(err4);
        }
        errors++;
      }
      validate175.errors = vErrors;
      return errors === 0;
    }
    validate175.evaluated = { "props": true, "dynamicProps": false, "dynamicItems": false };
    var schema39 = { "type": ["string", "object"], "properties": { "http": { "$ref": "#/$defs/integer" }, "tcp": { "$ref": "#/$defs/integer" }, "grpc": { "$ref": "#/$defs/integer" }, "unix": { "type": "string" }, "exec": { "type": ["string", "array"], "items": { "type": ["string", "number", "boolean"] } }, "address": { "type": "string" }, "path": { "type": "string" }, "method": { "type": "string" }, "headers": { "type": "object", "additionalProperties": { "$ref": "#/$defs/text" } }, "status": { "type": ["string", "integer"] }, "body": { "type": "string" }, "service": { "type": "string" }, "interval": { "$ref": "#/$defs/duration" }, "timeout": { "$ref": "#/$defs/duration" }, "retries": { "$ref": "#/$defs/integer" }, "successes": { "$ref": "#/$defs/integer" }, "start_period": { "$ref": "#/$defs/duration" }, "start_interval": { "$ref": "#/$defs/duration" } }, "additionalProperties": false };
    function validate207(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
      let vErrors = null;
      let errors = 0;
      const evaluated0 = validate207.evaluated;
      if (evaluated0.dynamicProps) {
        evaluated0.props = void 0;
      }
      if (evaluated0.dynamicItems) {
        evaluated0.items = void 0;
      }
      if (typeof data !== "string" && !(data && typeof data == "object" && !Array.isArray(data))) {
        const err0 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: schema39.type } };
        if (vErrors === null) {
          vErrors = [err0];
        } else {
          vErrors.push(err0);
        }
        errors++;
      }
      if (data && typeof data == "object" && !Array.isArray(data)) {
        for (const key0 in data) {
          if (!func1.call(schema39.properties, key0)) {
            const err1 = { instancePath, schemaPath: "#/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key0 } };
            if (vErrors === null) {
              vErrors = [err1];
            } else {
              vErrors.push(err1);
            }
            errors++;
          }
        }
        if (data.http !== void 0) {
          if (!validate63(data.http, { instancePath: instancePath + "/http", parentData: data, parentDataProperty: "http", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate63.errors : vErrors.concat(validate63.errors);
            errors = vErrors.length;
          }
        }
        if (data.tcp !== void 0) {
          if (!validate63(data.tcp, { instancePath: instancePath + "/tcp", parentData: data, parentDataProperty: "tcp", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate63.errors : vErrors.concat(validate63.errors);
            errors = vErrors.length;
          }
        }
        if (data.grpc !== void 0) {
          if (!validate63(data.grpc, { instancePath: instancePath + "/grpc", parentData: data, parentDataProperty: "grpc", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate63.errors : vErrors.concat(validate63.errors);
            errors = vErrors.length;
          }
        }
        if (data.unix !== void 0) {
          if (typeof data.unix !== "string") {
            const err2 = { instancePath: instancePath + "/unix", schemaPath: "#/properties/unix/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err2];
            } else {
              vErrors.push(err2);
            }
            errors++;
          }
        }
        if (data.exec !== void 0) {
          let data4 = data.exec;
          if (typeof data4 !== "string" && !Array.isArray(data4)) {
            const err3 = { instancePath: instancePath + "/exec", schemaPath: "#/properties/exec/type", keyword: "type", params: { type: schema39.properties.exec.type } };
            if (vErrors === null) {
              vErrors = [err3];
            } else {
              vErrors.push(err3);
            }
            errors++;
          }
          if (Array.isArray(data4)) {
            const len0 = data4.length;
            for (let i0 = 0; i0 < len0; i0++) {
              let data5 = data4[i0];
              if (typeof data5 !== "string" && !(typeof data5 == "number" && isFinite(data5)) && typeof data5 !== "boolean") {
                const err4 = { instancePath: instancePath + "/exec/" + i0, schemaPath: "#/properties/exec/items/type", keyword: "type", params: { type: schema39.properties.exec.items.type } };
                if (vErrors === null) {
                  vErrors = [err4];
                } else {
                  vErrors.push(err4);
                }
                errors++;
              }
            }
          }
        }
        if (data.address !== void 0) {
          if (typeof data.address !== "string") {
            const err5 = { instancePath: instancePath + "/address", schemaPath: "#/properties/address/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err5];
            } else {
              vErrors.push(err5);
            }
            errors++;
          }
        }
        if (data.path !== void 0) {
          if (typeof data.path !== "string") {
            const err6 = { instancePath: instancePath + "/path", schemaPath: "#/properties/path/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err6];
            } else {
              vErrors.push(err6);
            }
            errors++;
          }
        }
        if (data.method !== void 0) {
          if (typeof data.method !== "string") {
            const err7 = { instancePath: instancePath + "/method", schemaPath: "#/properties/method/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err7];
            } else {
              vErrors.push(err7);
            }
            errors++;
          }
        }
        if (data.headers !== void 0) {
          let data9 = data.headers;
          if (data9 && typeof data9 == "object" && !Array.isArray(data9)) {
            for (const key1 in data9) {
              if (!validate53(data9[key1], { instancePath: instancePath + "/headers/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"), parentData: data9, parentDataProperty: key1, rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
                errors = vErrors.length;
              }
            }
          } else {
            const err8 = { instancePath: instancePath + "/headers", schemaPath: "#/properties/headers/type", keyword: "type", params: { type: "object" } };
            if (vErrors === null) {
              vErrors = [err8];
            } else {
              vErrors.push(err8);
            }
            errors++;
          }
        }
        if (data.status !== void 0) {
          let data11 = data.status;
          if (typeof data11 !== "string" && !(typeof data11 == "number" && (!(data11 % 1) && !isNaN(data11)) && isFinite(data11))) {
            const err9 = { instancePath: instancePath + "/status", schemaPath: "#/properties/status/type", keyword: "type", params: { type: schema39.properties.status.type } };
            if (vErrors === null) {
              vErrors = [err9];
            } else {
              vErrors.push(err9);
            }
            errors++;
          }
        }
        if (data.body !== void 0) {
          if (typeof data.body !== "string") {
            const err10 = { instancePath: instancePath + "/body", schemaPath: "#/properties/body/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err10];
            } else {
              vErrors.push(err10);
            }
            errors++;
          }
        }
        if (data.service !== void 0) {
          if (typeof data.service !== "string") {
            const err11 = { instancePath: instancePath + "/service", schemaPath: "#/properties/service/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err11];
            } else {
              vErrors.push(err11);
            }
            errors++;
          }
        }
        if (data.interval !== void 0) {
          if (!validate109(data.interval, { instancePath: instancePath + "/interval", parentData: data, parentDataProperty: "interval", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate109.errors : vErrors.concat(validate109.errors);
            errors = vErrors.length;
          }
        }
        if (data.timeout !== void 0) {
          if (!validate109(data.timeout, { instancePath: instancePath + "/timeout", parentData: data, parentDataProperty: "timeout", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate109.errors : vErrors.concat(validate109.errors);
            errors = vErrors.length;
          }
        }
        if (data.retries !== void 0) {
          if (!validate63(data.retries, { instancePath: instancePath + "/retries", parentData: data, parentDataProperty: "retries", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate63.errors : vErrors.concat(validate63.errors);
            errors = vErrors.length;
          }
        }
        if (data.successes !== void 0) {
          if (!validate63(data.successes, { instancePath: instancePath + "/successes", parentData: data, parentDataProperty: "successes", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate63.errors : vErrors.concat(validate63.errors);
            errors = vErrors.length;
          }
        }
        if (data.start_period !== void 0) {
          if (!validate109(data.start_period, { instancePath: instancePath + "/start_period", parentData: data, parentDataProperty: "start_period", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate109.errors : vErrors.concat(validate109.errors);
            errors = vErrors.length;
          }
        }
        if (data.start_interval !== void 0) {
          if (!validate109(data.start_interval, { instancePath: instancePath + "/start_interval", parentData: data, parentDataProperty: "start_interval", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate109.errors : vErrors.concat(validate109.errors);
            errors = vErrors.length;
          }
        }
      }
      validate207.errors = vErrors;
      return errors === 0;
    }
    validate207.evaluated = { "props": true, "dynamicProps": false, "dynamicItems": false };
    function validate58(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
      let vErrors = null;
      let errors = 0;
      const evaluated0 = validate58.evaluated;
      if (evaluated0.dynamicProps) {
        evaluated0.props = void 0;
      }
      if (evaluated0.dynamicItems) {
        evaluated0.items = void 0;
      }
      if (data && typeof data == "object" && !Array.isArray(data)) {
        for (const key0 in data) {
          if (!(func1.call(schema22.properties, key0) || pattern3.test(key0))) {
            const err0 = { instancePath, schemaPath: "#/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key0 } };
            if (vErrors === null) {
              vErrors = [err0];
            } else {
              vErrors.push(err0);
            }
            errors++;
          }
        }
        if (data.annotations !== void 0) {
          if (!validate59(data.annotations, { instancePath: instancePath + "/annotations", parentData: data, parentDataProperty: "annotations", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate59.errors : vErrors.concat(validate59.errors);
            errors = vErrors.length;
          }
        }
        if (data.attach !== void 0) {
          if (!validate61(data.attach, { instancePath: instancePath + "/attach", parentData: data, parentDataProperty: "attach", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate61.errors : vErrors.concat(validate61.errors);
            errors = vErrors.length;
          }
        }
        if (data.blkio_config !== void 0) {
          let data2 = data.blkio_config;
          if (data2 && typeof data2 == "object" && !Array.isArray(data2)) {
            for (const key1 in data2) {
              if (!(key1 === "weight" || key1 === "weight_device" || key1 === "device_read_bps" || key1 === "device_read_iops" || key1 === "device_write_bps" || key1 === "device_write_iops" || pattern3.test(key1))) {
                const err1 = { instancePath: instancePath + "/blkio_config", schemaPath: "#/properties/blkio_config/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key1 } };
                if (vErrors === null) {
                  vErrors = [err1];
                } else {
                  vErrors.push(err1);
                }
                errors++;
              }
            }
            if (data2.weight !== void 0) {
              if (!validate63(data2.weight, { instancePath: instancePath + "/blkio_config/weight", parentData: data2, parentDataProperty: "weight", rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate63.errors : vErrors.concat(validate63.errors);
                errors = vErrors.length;
              }
            }
            if (data2.weight_device !== void 0) {
              let data4 = data2.weight_device;
              if (Array.isArray(data4)) {
                const len0 = data4.length;
                for (let i0 = 0; i0 < len0; i0++) {
                  if (!validate65(data4[i0], { instancePath: instancePath + "/blkio_config/weight_device/" + i0, parentData: data4, parentDataProperty: i0, rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate65.errors : vErrors.concat(validate65.errors);
                    errors = vErrors.length;
                  }
                }
              } else {
                const err2 = { instancePath: instancePath + "/blkio_config/weight_device", schemaPath: "#/properties/blkio_config/properties/weight_device/type", keyword: "type", params: { type: "array" } };
                if (vErrors === null) {
                  vErrors = [err2];
                } else {
                  vErrors.push(err2);
                }
                errors++;
              }
            }
            if (data2.device_read_bps !== void 0) {
              let data6 = data2.device_read_bps;
              if (Array.isArray(data6)) {
                const len1 = data6.length;
                for (let i1 = 0; i1 < len1; i1++) {
                  if (!validate68(data6[i1], { instancePath: instancePath + "/blkio_config/device_read_bps/" + i1, parentData: data6, parentDataProperty: i1, rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate68.errors : vErrors.concat(validate68.errors);
                    errors = vErrors.length;
                  }
                }
              } else {
                const err3 = { instancePath: instancePath + "/blkio_config/device_read_bps", schemaPath: "#/properties/blkio_config/properties/device_read_bps/type", keyword: "type", params: { type: "array" } };
                if (vErrors === null) {
                  vErrors = [err3];
                } else {
                  vErrors.push(err3);
                }
                errors++;
              }
            }
            if (data2.device_read_iops !== void 0) {
              let data8 = data2.device_read_iops;
              if (Array.isArray(data8)) {
                const len2 = data8.length;
                for (let i2 = 0; i2 < len2; i2++) {
                  if (!validate68(data8[i2], { instancePath: instancePath + "/blkio_config/device_read_iops/" + i2, parentData: data8, parentDataProperty: i2, rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate68.errors : vErrors.concat(validate68.errors);
                    errors = vErrors.length;
                  }
                }
              } else {
                const err4 = { instancePath: instancePath + "/blkio_config/device_read_iops", schemaPath: "#/properties/blkio_config/properties/device_read_iops/type", keyword: "type", params: { type: "array" } };
                if (vErrors === null) {
                  vErrors = [err4];
                } else {
                  vErrors.push(err4);
                }
                errors++;
              }
            }
            if (data2.device_write_bps !== void 0) {
              let data10 = data2.device_write_bps;
              if (Array.isArray(data10)) {
                const len3 = data10.length;
                for (let i3 = 0; i3 < len3; i3++) {
                  if (!validate68(data10[i3], { instancePath: instancePath + "/blkio_config/device_write_bps/" + i3, parentData: data10, parentDataProperty: i3, rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate68.errors : vErrors.concat(validate68.errors);
                    errors = vErrors.length;
                  }
                }
              } else {
                const err5 = { instancePath: instancePath + "/blkio_config/device_write_bps", schemaPath: "#/properties/blkio_config/properties/device_write_bps/type", keyword: "type", params: { type: "array" } };
                if (vErrors === null) {
                  vErrors = [err5];
                } else {
                  vErrors.push(err5);
                }
                errors++;
              }
            }
            if (data2.device_write_iops !== void 0) {
              let data12 = data2.device_write_iops;
              if (Array.isArray(data12)) {
                const len4 = data12.length;
                for (let i4 = 0; i4 < len4; i4++) {
                  if (!validate68(data12[i4], { instancePath: instancePath + "/blkio_config/device_write_iops/" + i4, parentData: data12, parentDataProperty: i4, rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate68.errors : vErrors.concat(validate68.errors);
                    errors = vErrors.length;
                  }
                }
              } else {
                const err6 = { instancePath: instancePath + "/blkio_config/device_write_iops", schemaPath: "#/properties/blkio_config/properties/device_write_iops/type", keyword: "type", params: { type: "array" } };
                if (vErrors === null) {
                  vErrors = [err6];
                } else {
                  vErrors.push(err6);
                }
                errors++;
              }
            }
          } else {
            const err7 = { instancePath: instancePath + "/blkio_config", schemaPath: "#/properties/blkio_config/type", keyword: "type", params: { type: "object" } };
            if (vErrors === null) {
              vErrors = [err7];
            } else {
              vErrors.push(err7);
            }
            errors++;
          }
        }
        if (data.build !== void 0) {
          let data14 = data.build;
          if (typeof data14 !== "string" && !(data14 && typeof data14 == "object" && !Array.isArray(data14))) {
            const err8 = { instancePath: instancePath + "/build", schemaPath: "#/properties/build/type", keyword: "type", params: { type: schema22.properties.build.type } };
            if (vErrors === null) {
              vErrors = [err8];
            } else {
              vErrors.push(err8);
            }
            errors++;
          }
          if (data14 && typeof data14 == "object" && !Array.isArray(data14)) {
            for (const key2 in data14) {
              if (!(func1.call(schema22.properties.build.properties, key2) || pattern3.test(key2))) {
                const err9 = { instancePath: instancePath + "/build", schemaPath: "#/properties/build/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key2 } };
                if (vErrors === null) {
                  vErrors = [err9];
                } else {
                  vErrors.push(err9);
                }
                errors++;
              }
            }
            if (data14.context !== void 0) {
              if (typeof data14.context !== "string") {
                const err10 = { instancePath: instancePath + "/build/context", schemaPath: "#/properties/build/properties/context/type", keyword: "type", params: { type: "string" } };
                if (vErrors === null) {
                  vErrors = [err10];
                } else {
                  vErrors.push(err10);
                }
                errors++;
              }
            }
            if (data14.dockerfile !== void 0) {
              if (typeof data14.dockerfile !== "string") {
                const err11 = { instancePath: instancePath + "/build/dockerfile", schemaPath: "#/properties/build/properties/dockerfile/type", keyword: "type", params: { type: "string" } };
                if (vErrors === null) {
                  vErrors = [err11];
                } else {
                  vErrors.push(err11);
                }
                errors++;
              }
            }
            if (data14.dockerfile_inline !== void 0) {
              if (typeof data14.dockerfile_inline !== "string") {
                const err12 = { instancePath: instancePath + "/build/dockerfile_inline", schemaPath: "#/properties/build/properties/dockerfile_inline/type", keyword: "type", params: { type: "string" } };
                if (vErrors === null) {
                  vErrors = [err12];
                } else {
                  vErrors.push(err12);
                }
                errors++;
              }
            }
            if (data14.entitlements !== void 0) {
              if (!validate75(data14.entitlements, { instancePath: instancePath + "/build/entitlements", parentData: data14, parentDataProperty: "entitlements", rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate75.errors : vErrors.concat(validate75.errors);
                errors = vErrors.length;
              }
            }
            if (data14.args !== void 0) {
              if (!validate59(data14.args, { instancePath: instancePath + "/build/args", parentData: data14, parentDataProperty: "args", rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate59.errors : vErrors.concat(validate59.errors);
                errors = vErrors.length;
              }
            }
            if (data14.ssh !== void 0) {
              if (!validate59(data14.ssh, { instancePath: instancePath + "/build/ssh", parentData: data14, parentDataProperty: "ssh", rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate59.errors : vErrors.concat(validate59.errors);
                errors = vErrors.length;
              }
            }
            if (data14.labels !== void 0) {
              if (!validate59(data14.labels, { instancePath: instancePath + "/build/labels", parentData: data14, parentDataProperty: "labels", rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate59.errors : vErrors.concat(validate59.errors);
                errors = vErrors.length;
              }
            }
            if (data14.cache_from !== void 0) {
              if (!validate75(data14.cache_from, { instancePath: instancePath + "/build/cache_from", parentData: data14, parentDataProperty: "cache_from", rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate75.errors : vErrors.concat(validate75.errors);
                errors = vErrors.length;
              }
            }
            if (data14.cache_to !== void 0) {
              if (!validate75(data14.cache_to, { instancePath: instancePath + "/build/cache_to", parentData: data14, parentDataProperty: "cache_to", rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate75.errors : vErrors.concat(validate75.errors);
                errors = vErrors.length;
              }
            }
            if (data14.no_cache !== void 0) {
              if (!validate61(data14.no_cache, { instancePath: instancePath + "/build/no_cache", parentData: data14, parentDataProperty: "no_cache", rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate61.errors : vErrors.concat(validate61.errors);
                errors = vErrors.length;
              }
            }
            if (data14.no_cache_filter !== void 0) {
              if (!validate55(data14.no_cache_filter, { instancePath: instancePath + "/build/no_cache_filter", parentData: data14, parentDataProperty: "no_cache_filter", rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate55.errors : vErrors.concat(validate55.errors);
                errors = vErrors.length;
              }
            }
            if (data14.additional_contexts !== void 0) {
              if (!validate59(data14.additional_contexts, { instancePath: instancePath + "/build/additional_contexts", parentData: data14, parentDataProperty: "additional_contexts", rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate59.errors : vErrors.concat(validate59.errors);
                errors = vErrors.length;
              }
            }
            if (data14.network !== void 0) {
              if (typeof data14.network !== "string") {
                const err13 = { instancePath: instancePath + "/build/network", schemaPath: "#/properties/build/properties/network/type", keyword: "type", params: { type: "string" } };
                if (vErrors === null) {
                  vErrors = [err13];
                } else {
                  vErrors.push(err13);
                }
                errors++;
              }
            }
            if (data14.provenance !== void 0) {
              let data28 = data14.provenance;
              if (typeof data28 !== "string" && typeof data28 !== "boolean") {
                const err14 = { instancePath: instancePath + "/build/provenance", schemaPath: "#/properties/build/properties/provenance/type", keyword: "type", params: { type: schema22.properties.build.properties.provenance.type } };
                if (vErrors === null) {
                  vErrors = [err14];
                } else {
                  vErrors.push(err14);
                }
                errors++;
              }
            }
            if (data14.sbom !== void 0) {
              let data29 = data14.sbom;
              if (typeof data29 !== "string" && typeof data29 !== "boolean") {
                const err15 = { instancePath: instancePath + "/build/sbom", schemaPath: "#/properties/build/properties/sbom/type", keyword: "type", params: { type: schema22.properties.build.properties.sbom.type } };
                if (vErrors === null) {
                  vErrors = [err15];
                } else {
                  vErrors.push(err15);
                }
                errors++;
              }
            }
            if (data14.pull !== void 0) {
              if (!validate61(data14.pull, { instancePath: instancePath + "/build/pull", parentData: data14, parentDataProperty: "pull", rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate61.errors : vErrors.concat(validate61.errors);
                errors = vErrors.length;
              }
            }
            if (data14.target !== void 0) {
              if (typeof data14.target !== "string") {
                const err16 = { instancePath: instancePath + "/build/target", schemaPath: "#/properties/build/properties/target/type", keyword: "type", params: { type: "string" } };
                if (vErrors === null) {
                  vErrors = [err16];
                } else {
                  vErrors.push(err16);
                }
                errors++;
              }
            }
            if (data14.shm_size !== void 0) {
              if (!validate69(data14.shm_size, { instancePath: instancePath + "/build/shm_size", parentData: data14, parentDataProperty: "shm_size", rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate69.errors : vErrors.concat(validate69.errors);
                errors = vErrors.length;
              }
            }
            if (data14.extra_hosts !== void 0) {
              if (!validate87(data14.extra_hosts, { instancePath: instancePath + "/build/extra_hosts", parentData: data14, parentDataProperty: "extra_hosts", rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate87.errors : vErrors.concat(validate87.errors);
                errors = vErrors.length;
              }
            }
            if (data14.isolation !== void 0) {
              if (typeof data14.isolation !== "string") {
                const err17 = { instancePath: instancePath + "/build/isolation", schemaPath: "#/properties/build/properties/isolation/type", keyword: "type", params: { type: "string" } };
                if (vErrors === null) {
                  vErrors = [err17];
                } else {
                  vErrors.push(err17);
                }
                errors++;
              }
            }
            if (data14.privileged !== void 0) {
              if (!validate61(data14.privileged, { instancePath: instancePath + "/build/privileged", parentData: data14, parentDataProperty: "privileged", rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate61.errors : vErrors.concat(validate61.errors);
                errors = vErrors.length;
              }
            }
            if (data14.secrets !== void 0) {
              let data36 = data14.secrets;
              if (Array.isArray(data36)) {
                const len5 = data36.length;
                for (let i5 = 0; i5 < len5; i5++) {
                  if (!validate90(data36[i5], { instancePath: instancePath + "/build/secrets/" + i5, parentData: data36, parentDataProperty: i5, rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate90.errors : vErrors.concat(validate90.errors);
                    errors = vErrors.length;
                  }
                }
              } else {
                const err18 = { instancePath: instancePath + "/build/secrets", schemaPath: "#/properties/build/properties/secrets/type", keyword: "type", params: { type: "array" } };
                if (vErrors === null) {
                  vErrors = [err18];
                } else {
                  vErrors.push(err18);
                }
                errors++;
              }
            }
            if (data14.tags !== void 0) {
              if (!validate75(data14.tags, { instancePath: instancePath + "/build/tags", parentData: data14, parentDataProperty: "tags", rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate75.errors : vErrors.concat(validate75.errors);
                errors = vErrors.length;
              }
            }
            if (data14.ulimits !== void 0) {
              if (!validate96(data14.ulimits, { instancePath: instancePath + "/build/ulimits", parentData: data14, parentDataProperty: "ulimits", rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate96.errors : vErrors.concat(validate96.errors);
                errors = vErrors.length;
              }
            }
            if (data14.platforms !== void 0) {
              if (!validate75(data14.platforms, { instancePath: instancePath + "/build/platforms", parentData: data14, parentDataProperty: "platforms", rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate75.errors : vErrors.concat(validate75.errors);
                errors = vErrors.length;
              }
            }
          }
        }
        if (data.cap_add !== void 0) {
          if (!validate75(data.cap_add, { instancePath: instancePath + "/cap_add", parentData: data, parentDataProperty: "cap_add", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate75.errors : vErrors.concat(validate75.errors);
            errors = vErrors.length;
          }
        }
        if (data.cap_drop !== void 0) {
          if (!validate75(data.cap_drop, { instancePath: instancePath + "/cap_drop", parentData: data, parentDataProperty: "cap_drop", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate75.errors : vErrors.concat(validate75.errors);
            errors = vErrors.length;
          }
        }
        if (data.cgroup !== void 0) {
          let data43 = data.cgroup;
          if (typeof data43 !== "string") {
            const err19 = { instancePath: instancePath + "/cgroup", schemaPath: "#/properties/cgroup/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err19];
            } else {
              vErrors.push(err19);
            }
            errors++;
          }
          if (!(data43 === "host" || data43 === "private")) {
            const err20 = { instancePath: instancePath + "/cgroup", schemaPath: "#/properties/cgroup/enum", keyword: "enum", params: { allowedValues: schema22.properties.cgroup.enum } };
            if (vErrors === null) {
              vErrors = [err20];
            } else {
              vErrors.push(err20);
            }
            errors++;
          }
        }
        if (data.cgroup_parent !== void 0) {
          if (typeof data.cgroup_parent !== "string") {
            const err21 = { instancePath: instancePath + "/cgroup_parent", schemaPath: "#/properties/cgroup_parent/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err21];
            } else {
              vErrors.push(err21);
            }
            errors++;
          }
        }
        if (data.command !== void 0) {
          if (!validate103(data.command, { instancePath: instancePath + "/command", parentData: data, parentDataProperty: "command", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate103.errors : vErrors.concat(validate103.errors);
            errors = vErrors.length;
          }
        }
        if (data.configs !== void 0) {
          let data46 = data.configs;
          if (Array.isArray(data46)) {
            const len6 = data46.length;
            for (let i6 = 0; i6 < len6; i6++) {
              if (!validate90(data46[i6], { instancePath: instancePath + "/configs/" + i6, parentData: data46, parentDataProperty: i6, rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate90.errors : vErrors.concat(validate90.errors);
                errors = vErrors.length;
              }
            }
          } else {
            const err22 = { instancePath: instancePath + "/configs", schemaPath: "#/properties/configs/type", keyword: "type", params: { type: "array" } };
            if (vErrors === null) {
              vErrors = [err22];
            } else {
              vErrors.push(err22);
            }
            errors++;
          }
        }
        if (data.container_name !== void 0) {
          let data48 = data.container_name;
          if (typeof data48 === "string") {
            if (!pattern14.test(data48)) {
              const err23 = { instancePath: instancePath + "/container_name", schemaPath: "#/properties/container_name/pattern", keyword: "pattern", params: { pattern: "^[a-zA-Z0-9][a-zA-Z0-9_.-]+$" } };
              if (vErrors === null) {
                vErrors = [err23];
              } else {
                vErrors.push(err23);
              }
              errors++;
            }
          } else {
            const err24 = { instancePath: instancePath + "/container_name", schemaPath: "#/properties/container_name/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err24];
            } else {
              vErrors.push(err24);
            }
            errors++;
          }
        }
        if (data.cpu_count !== void 0) {
          if (!validate63(data.cpu_count, { instancePath: instancePath + "/cpu_count", parentData: data, parentDataProperty: "cpu_count", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate63.errors : vErrors.concat(validate63.errors);
            errors = vErrors.length;
          }
        }
        if (data.cpu_percent !== void 0) {
          if (!validate107(data.cpu_percent, { instancePath: instancePath + "/cpu_percent", parentData: data, parentDataProperty: "cpu_percent", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate107.errors : vErrors.concat(validate107.errors);
            errors = vErrors.length;
          }
        }
        if (data.cpu_period !== void 0) {
          let data51 = data.cpu_period;
          if (!(typeof data51 == "number" && (!(data51 % 1) && !isNaN(data51)) && isFinite(data51)) && typeof data51 !== "string") {
            const err25 = { instancePath: instancePath + "/cpu_period", schemaPath: "#/properties/cpu_period/type", keyword: "type", params: { type: schema22.properties.cpu_period.type } };
            if (vErrors === null) {
              vErrors = [err25];
            } else {
              vErrors.push(err25);
            }
            errors++;
          }
        }
        if (data.cpu_quota !== void 0) {
          let data52 = data.cpu_quota;
          if (!(typeof data52 == "number" && (!(data52 % 1) && !isNaN(data52)) && isFinite(data52)) && typeof data52 !== "string") {
            const err26 = { instancePath: instancePath + "/cpu_quota", schemaPath: "#/properties/cpu_quota/type", keyword: "type", params: { type: schema22.properties.cpu_quota.type } };
            if (vErrors === null) {
              vErrors = [err26];
            } else {
              vErrors.push(err26);
            }
            errors++;
          }
        }
        if (data.cpu_rt_period !== void 0) {
          if (!validate109(data.cpu_rt_period, { instancePath: instancePath + "/cpu_rt_period", parentData: data, parentDataProperty: "cpu_rt_period", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate109.errors : vErrors.concat(validate109.errors);
            errors = vErrors.length;
          }
        }
        if (data.cpu_rt_runtime !== void 0) {
          if (!validate109(data.cpu_rt_runtime, { instancePath: instancePath + "/cpu_rt_runtime", parentData: data, parentDataProperty: "cpu_rt_runtime", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate109.errors : vErrors.concat(validate109.errors);
            errors = vErrors.length;
          }
        }
        if (data.cpu_shares !== void 0) {
          if (!validate63(data.cpu_shares, { instancePath: instancePath + "/cpu_shares", parentData: data, parentDataProperty: "cpu_shares", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate63.errors : vErrors.concat(validate63.errors);
            errors = vErrors.length;
          }
        }
        if (data.cpus !== void 0) {
          if (!validate107(data.cpus, { instancePath: instancePath + "/cpus", parentData: data, parentDataProperty: "cpus", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate107.errors : vErrors.concat(validate107.errors);
            errors = vErrors.length;
          }
        }
        if (data.cpuset !== void 0) {
          let data57 = data.cpuset;
          if (typeof data57 !== "string" && !(typeof data57 == "number" && (!(data57 % 1) && !isNaN(data57)) && isFinite(data57))) {
            const err27 = { instancePath: instancePath + "/cpuset", schemaPath: "#/properties/cpuset/type", keyword: "type", params: { type: schema22.properties.cpuset.type } };
            if (vErrors === null) {
              vErrors = [err27];
            } else {
              vErrors.push(err27);
            }
            errors++;
          }
        }
        if (data.credential_spec !== void 0) {
          let data58 = data.credential_spec;
          if (data58 && typeof data58 == "object" && !Array.isArray(data58)) {
            for (const key3 in data58) {
              if (!(key3 === "config" || key3 === "file" || key3 === "registry" || pattern3.test(key3))) {
                const err28 = { instancePath: instancePath + "/credential_spec", schemaPath: "#/properties/credential_spec/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key3 } };
                if (vErrors === null) {
                  vErrors = [err28];
                } else {
                  vErrors.push(err28);
                }
                errors++;
              }
            }
            if (data58.config !== void 0) {
              if (typeof data58.config !== "string") {
                const err29 = { instancePath: instancePath + "/credential_spec/config", schemaPath: "#/properties/credential_spec/properties/config/type", keyword: "type", params: { type: "string" } };
                if (vErrors === null) {
                  vErrors = [err29];
                } else {
                  vErrors.push(err29);
                }
                errors++;
              }
            }
            if (data58.file !== void 0) {
              if (typeof data58.file !== "string") {
                const err30 = { instancePath: instancePath + "/credential_spec/file", schemaPath: "#/properties/credential_spec/properties/file/type", keyword: "type", params: { type: "string" } };
                if (vErrors === null) {
                  vErrors = [err30];
                } else {
                  vErrors.push(err30);
                }
                errors++;
              }
            }
            if (data58.registry !== void 0) {
              if (typeof data58.registry !== "string") {
                const err31 = { instancePath: instancePath + "/credential_spec/registry", schemaPath: "#/properties/credential_spec/properties/registry/type", keyword: "type", params: { type: "string" } };
                if (vErrors === null) {
                  vErrors = [err31];
                } else {
                  vErrors.push(err31);
                }
                errors++;
              }
            }
          } else {
            const err32 = { instancePath: instancePath + "/credential_spec", schemaPath: "#/properties/credential_spec/type", keyword: "type", params: { type: "object" } };
            if (vErrors === null) {
              vErrors = [err32];
            } else {
              vErrors.push(err32);
            }
            errors++;
          }
        }
        if (data.depends_on !== void 0) {
          let data62 = data.depends_on;
          if (!data62 || typeof data62 != "object") {
            const err33 = { instancePath: instancePath + "/depends_on", schemaPath: "#/properties/depends_on/type", keyword: "type", params: { type: schema22.properties.depends_on.type } };
            if (vErrors === null) {
              vErrors = [err33];
            } else {
              vErrors.push(err33);
            }
            errors++;
          }
          if (Array.isArray(data62)) {
            const len7 = data62.length;
            for (let i7 = 0; i7 < len7; i7++) {
              if (typeof data62[i7] !== "string") {
                const err34 = { instancePath: instancePath + "/depends_on/" + i7, schemaPath: "#/properties/depends_on/items/type", keyword: "type", params: { type: "string" } };
                if (vErrors === null) {
                  vErrors = [err34];
                } else {
                  vErrors.push(err34);
                }
                errors++;
              }
            }
          }
          if (data62 && typeof data62 == "object" && !Array.isArray(data62)) {
            for (const key4 in data62) {
              let data64 = data62[key4];
              if (data64 && typeof data64 == "object" && !Array.isArray(data64)) {
                for (const key5 in data64) {
                  if (!(key5 === "condition" || key5 === "restart" || key5 === "required" || pattern3.test(key5))) {
                    const err35 = { instancePath: instancePath + "/depends_on/" + key4.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/depends_on/additionalProperties/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key5 } };
                    if (vErrors === null) {
                      vErrors = [err35];
                    } else {
                      vErrors.push(err35);
                    }
                    errors++;
                  }
                }
                if (data64.condition !== void 0) {
                  let data65 = data64.condition;
                  if (typeof data65 !== "string") {
                    const err36 = { instancePath: instancePath + "/depends_on/" + key4.replace(/~/g, "~0").replace(/\//g, "~1") + "/condition", schemaPath: "#/properties/depends_on/additionalProperties/properties/condition/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err36];
                    } else {
                      vErrors.push(err36);
                    }
                    errors++;
                  }
                  if (!(data65 === "service_started" || data65 === "service_healthy" || data65 === "service_completed_successfully")) {
                    const err37 = { instancePath: instancePath + "/depends_on/" + key4.replace(/~/g, "~0").replace(/\//g, "~1") + "/condition", schemaPath: "#/properties/depends_on/additionalProperties/properties/condition/enum", keyword: "enum", params: { allowedValues: schema22.properties.depends_on.additionalProperties.properties.condition.enum } };
                    if (vErrors === null) {
                      vErrors = [err37];
                    } else {
                      vErrors.push(err37);
                    }
                    errors++;
                  }
                }
                if (data64.restart !== void 0) {
                  if (!validate61(data64.restart, { instancePath: instancePath + "/depends_on/" + key4.replace(/~/g, "~0").replace(/\//g, "~1") + "/restart", parentData: data64, parentDataProperty: "restart", rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate61.errors : vErrors.concat(validate61.errors);
                    errors = vErrors.length;
                  }
                }
                if (data64.required !== void 0) {
                  if (!validate61(data64.required, { instancePath: instancePath + "/depends_on/" + key4.replace(/~/g, "~0").replace(/\//g, "~1") + "/required", parentData: data64, parentDataProperty: "required", rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate61.errors : vErrors.concat(validate61.errors);
                    errors = vErrors.length;
                  }
                }
              } else {
                const err38 = { instancePath: instancePath + "/depends_on/" + key4.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/depends_on/additionalProperties/type", keyword: "type", params: { type: "object" } };
                if (vErrors === null) {
                  vErrors = [err38];
                } else {
                  vErrors.push(err38);
                }
                errors++;
              }
            }
          }
        }
        if (data.deploy !== void 0) {
          let data68 = data.deploy;
          if (data68 && typeof data68 == "object" && !Array.isArray(data68)) {
            for (const key6 in data68) {
              if (!(func1.call(schema22.properties.deploy.properties, key6) || pattern3.test(key6))) {
                const err39 = { instancePath: instancePath + "/deploy", schemaPath: "#/properties/deploy/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key6 } };
                if (vErrors === null) {
                  vErrors = [err39];
                } else {
                  vErrors.push(err39);
                }
                errors++;
              }
            }
            if (data68.mode !== void 0) {
              let data69 = data68.mode;
              if (typeof data69 !== "string") {
                const err40 = { instancePath: instancePath + "/deploy/mode", schemaPath: "#/properties/deploy/properties/mode/type", keyword: "type", params: { type: "string" } };
                if (vErrors === null) {
                  vErrors = [err40];
                } else {
                  vErrors.push(err40);
                }
                errors++;
              }
              if (!(data69 === "replicated" || data69 === "global" || data69 === "replicated-job" || data69 === "global-job")) {
                const err41 = { instancePath: instancePath + "/deploy/mode", schemaPath: "#/properties/deploy/properties/mode/enum", keyword: "enum", params: { allowedValues: schema22.properties.deploy.properties.mode.enum } };
                if (vErrors === null) {
                  vErrors = [err41];
                } else {
                  vErrors.push(err41);
                }
                errors++;
              }
            }
            if (data68.replicas !== void 0) {
              if (!validate63(data68.replicas, { instancePath: instancePath + "/deploy/replicas", parentData: data68, parentDataProperty: "replicas", rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate63.errors : vErrors.concat(validate63.errors);
                errors = vErrors.length;
              }
            }
            if (data68.endpoint_mode !== void 0) {
              let data71 = data68.endpoint_mode;
              if (typeof data71 !== "string") {
                const err42 = { instancePath: instancePath + "/deploy/endpoint_mode", schemaPath: "#/properties/deploy/properties/endpoint_mode/type", keyword: "type", params: { type: "string" } };
                if (vErrors === null) {
                  vErrors = [err42];
                } else {
                  vErrors.push(err42);
                }
                errors++;
              }
              if (!(data71 === "vip" || data71 === "dnsrr")) {
                const err43 = { instancePath: instancePath + "/deploy/endpoint_mode", schemaPath: "#/properties/deploy/properties/endpoint_mode/enum", keyword: "enum", params: { allowedValues: schema22.properties.deploy.properties.endpoint_mode.enum } };
                if (vErrors === null) {
                  vErrors = [err43];
                } else {
                  vErrors.push(err43);
                }
                errors++;
              }
            }
            if (data68.labels !== void 0) {
              if (!validate59(data68.labels, { instancePath: instancePath + "/deploy/labels", parentData: data68, parentDataProperty: "labels", rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate59.errors : vErrors.concat(validate59.errors);
                errors = vErrors.length;
              }
            }
            if (data68.placement !== void 0) {
              let data73 = data68.placement;
              if (data73 && typeof data73 == "object" && !Array.isArray(data73)) {
                for (const key7 in data73) {
                  if (!(key7 === "constraints" || key7 === "preferences" || key7 === "max_replicas_per_node" || pattern3.test(key7))) {
                    const err44 = { instancePath: instancePath + "/deploy/placement", schemaPath: "#/properties/deploy/properties/placement/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key7 } };
                    if (vErrors === null) {
                      vErrors = [err44];
                    } else {
                      vErrors.push(err44);
                    }
                    errors++;
                  }
                }
                if (data73.constraints !== void 0) {
                  if (!validate75(data73.constraints, { instancePath: instancePath + "/deploy/placement/constraints", parentData: data73, parentDataProperty: "constraints", rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate75.errors : vErrors.concat(validate75.errors);
                    errors = vErrors.length;
                  }
                }
                if (data73.preferences !== void 0) {
                  let data75 = data73.preferences;
                  if (Array.isArray(data75)) {
                    const len8 = data75.length;
                    for (let i8 = 0; i8 < len8; i8++) {
                      let data76 = data75[i8];
                      if (!(data76 && typeof data76 == "object" && !Array.isArray(data76))) {
                        const err45 = { instancePath: instancePath + "/deploy/placement/preferences/" + i8, schemaPath: "#/properties/deploy/properties/placement/properties/preferences/items/type", keyword: "type", params: { type: "object" } };
                        if (vErrors === null) {
                          vErrors = [err45];
                        } else {
                          vErrors.push(err45);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err46 = { instancePath: instancePath + "/deploy/placement/preferences", schemaPath: "#/properties/deploy/properties/placement/properties/preferences/type", keyword: "type", params: { type: "array" } };
                    if (vErrors === null) {
                      vErrors = [err46];
                    } else {
                      vErrors.push(err46);
                    }
                    errors++;
                  }
                }
                if (data73.max_replicas_per_node !== void 0) {
                  if (!validate63(data73.max_replicas_per_node, { instancePath: instancePath + "/deploy/placement/max_replicas_per_node", parentData: data73, parentDataProperty: "max_replicas_per_node", rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate63.errors : vErrors.concat(validate63.errors);
                    errors = vErrors.length;
                  }
                }
              } else {
                const err47 = { instancePath: instancePath + "/deploy/placement", schemaPath: "#/properties/deploy/properties/placement/type", keyword: "type", params: { type: "object" } };
                if (vErrors === null) {
                  vErrors = [err47];
                } else {
                  vErrors.push(err47);
                }
                errors++;
              }
            }
            if (data68.resources !== void 0) {
              let data78 = data68.resources;
              if (data78 && typeof data78 == "object" && !Array.isArray(data78)) {
                for (const key8 in data78) {
                  if (!(key8 === "limits" || key8 === "reservations" || pattern3.test(key8))) {
                    const err48 = { instancePath: instancePath + "/deploy/resources", schemaPath: "#/properties/deploy/properties/resources/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key8 } };
                    if (vErrors === null) {
                      vErrors = [err48];
                    } else {
                      vErrors.push(err48);
                    }
                    errors++;
                  }
                }
                if (data78.limits !== void 0) {
                  let data79 = data78.limits;
                  if (data79 && typeof data79 == "object" && !Array.isArray(data79)) {
                    for (const key9 in data79) {
                      if (!(key9 === "cpus" || key9 === "memory" || key9 === "pids" || pattern3.test(key9))) {
                        const err49 = { instancePath: instancePath + "/deploy/resources/limits", schemaPath: "#/properties/deploy/properties/resources/properties/limits/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key9 } };
                        if (vErrors === null) {
                          vErrors = [err49];
                        } else {
                          vErrors.push(err49);
                        }
                        errors++;
                      }
                    }
                    if (data79.cpus !== void 0) {
                      if (!validate107(data79.cpus, { instancePath: instancePath + "/deploy/resources/limits/cpus", parentData: data79, parentDataProperty: "cpus", rootData, dynamicAnchors })) {
                        vErrors = vErrors === null ? validate107.errors : vErrors.concat(validate107.errors);
                        errors = vErrors.length;
                      }
                    }
                    if (data79.memory !== void 0) {
                      if (!validate69(data79.memory, { instancePath: instancePath + "/deploy/resources/limits/memory", parentData: data79, parentDataProperty: "memory", rootData, dynamicAnchors })) {
                        vErrors = vErrors === null ? validate69.errors : vErrors.concat(validate69.errors);
                        errors = vErrors.length;
                      }
                    }
                    if (data79.pids !== void 0) {
                      if (!validate63(data79.pids, { instancePath: instancePath + "/deploy/resources/limits/pids", parentData: data79, parentDataProperty: "pids", rootData, dynamicAnchors })) {
                        vErrors = vErrors === null ? validate63.errors : vErrors.concat(validate63.errors);
                        errors = vErrors.length;
                      }
                    }
                  } else {
                    const err50 = { instancePath: instancePath + "/deploy/resources/limits", schemaPath: "#/properties/deploy/properties/resources/properties/limits/type", keyword: "type", params: { type: "object" } };
                    if (vErrors === null) {
                      vErrors = [err50];
                    } else {
                      vErrors.push(err50);
                    }
                    errors++;
                  }
                }
                if (data78.reservations !== void 0) {
                  let data83 = data78.reservations;
                  if (data83 && typeof data83 == "object" && !Array.isArray(data83)) {
                    for (const key10 in data83) {
                      if (!(key10 === "cpus" || key10 === "memory" || key10 === "devices" || key10 === "generic_resources" || pattern3.test(key10))) {
                        const err51 = { instancePath: instancePath + "/deploy/resources/reservations", schemaPath: "#/properties/deploy/properties/resources/properties/reservations/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key10 } };
                        if (vErrors === null) {
                          vErrors = [err51];
                        } else {
                          vErrors.push(err51);
                        }
                        errors++;
                      }
                    }
                    if (data83.cpus !== void 0) {
                      if (!validate107(data83.cpus, { instancePath: instancePath + "/deploy/resources/reservations/cpus", parentData: data83, parentDataProperty: "cpus", rootData, dynamicAnchors })) {
                        vErrors = vErrors === null ? validate107.errors : vErrors.concat(validate107.errors);
                        errors = vErrors.length;
                      }
                    }
                    if (data83.memory !== void 0) {
                      if (!validate69(data83.memory, { instancePath: instancePath + "/deploy/resources/reservations/memory", parentData: data83, parentDataProperty: "memory", rootData, dynamicAnchors })) {
                        vErrors = vErrors === null ? validate69.errors : vErrors.concat(validate69.errors);
                        errors = vErrors.length;
                      }
                    }
                    if (data83.devices !== void 0) {
                      let data86 = data83.devices;
                      if (Array.isArray(data86)) {
                        const len9 = data86.length;
                        for (let i9 = 0; i9 < len9; i9++) {
                          if (!validate125(data86[i9], { instancePath: instancePath + "/deploy/resources/reservations/devices/" + i9, parentData: data86, parentDataProperty: i9, rootData, dynamicAnchors })) {
                            vErrors = vErrors === null ? validate125.errors : vErrors.concat(validate125.errors);
                            errors = vErrors.length;
                          }
                        }
                      } else {
                        const err52 = { instancePath: instancePath + "/deploy/resources/reservations/devices", schemaPath: "#/properties/deploy/properties/resources/properties/reservations/properties/devices/type", keyword: "type", params: { type: "array" } };
                        if (vErrors === null) {
                          vErrors = [err52];
                        } else {
                          vErrors.push(err52);
                        }
                        errors++;
                      }
                    }
                    if (data83.generic_resources !== void 0) {
                      let data88 = data83.generic_resources;
                      if (Array.isArray(data88)) {
                        const len10 = data88.length;
                        for (let i10 = 0; i10 < len10; i10++) {
                          let data89 = data88[i10];
                          if (!(data89 && typeof data89 == "object" && !Array.isArray(data89))) {
                            const err53 = { instancePath: instancePath + "/deploy/resources/reservations/generic_resources/" + i10, schemaPath: "#/properties/deploy/properties/resources/properties/reservations/properties/generic_resources/items/type", keyword: "type", params: { type: "object" } };
                            if (vErrors === null) {
                              vErrors = [err53];
                            } else {
                              vErrors.push(err53);
                            }
                            errors++;
                          }
                        }
                      } else {
                        const err54 = { instancePath: instancePath + "/deploy/resources/reservations/generic_resources", schemaPath: "#/properties/deploy/properties/resources/properties/reservations/properties/generic_resources/type", keyword: "type", params: { type: "array" } };
                        if (vErrors === null) {
                          vErrors = [err54];
                        } else {
                          vErrors.push(err54);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err55 = { instancePath: instancePath + "/deploy/resources/reservations", schemaPath: "#/properties/deploy/properties/resources/properties/reservations/type", keyword: "type", params: { type: "object" } };
                    if (vErrors === null) {
                      vErrors = [err55];
                    } else {
                      vErrors.push(err55);
                    }
                    errors++;
                  }
                }
              } else {
                const err56 = { instancePath: instancePath + "/deploy/resources", schemaPath: "#/properties/deploy/properties/resources/type", keyword: "type", params: { type: "object" } };
                if (vErrors === null) {
                  vErrors = [err56];
                } else {
                  vErrors.push(err56);
                }
                errors++;
              }
            }
            if (data68.restart_policy !== void 0) {
              let data90 = data68.restart_policy;
              if (data90 && typeof data90 == "object" && !Array.isArray(data90)) {
                for (const key11 in data90) {
                  if (!(key11 === "condition" || key11 === "delay" || key11 === "max_attempts" || key11 === "window" || pattern3.test(key11))) {
                    const err57 = { instancePath: instancePath + "/deploy/restart_policy", schemaPath: "#/properties/deploy/properties/restart_policy/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key11 } };
                    if (vErrors === null) {
                      vErrors = [err57];
                    } else {
                      vErrors.push(err57);
                    }
                    errors++;
                  }
                }
                if (data90.condition !== void 0) {
                  let data91 = data90.condition;
                  if (typeof data91 !== "string") {
                    const err58 = { instancePath: instancePath + "/deploy/restart_policy/condition", schemaPath: "#/properties/deploy/properties/restart_policy/properties/condition/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err58];
                    } else {
                      vErrors.push(err58);
                    }
                    errors++;
                  }
                  if (!(data91 === "none" || data91 === "on-failure" || data91 === "any" || data91 === "no" || data91 === "always" || data91 === "unless-stopped")) {
                    const err59 = { instancePath: instancePath + "/deploy/restart_policy/condition", schemaPath: "#/properties/deploy/properties/restart_policy/properties/condition/enum", keyword: "enum", params: { allowedValues: schema22.properties.deploy.properties.restart_policy.properties.condition.enum } };
                    if (vErrors === null) {
                      vErrors = [err59];
                    } else {
                      vErrors.push(err59);
                    }
                    errors++;
                  }
                }
                if (data90.delay !== void 0) {
                  if (!validate109(data90.delay, { instancePath: instancePath + "/deploy/restart_policy/delay", parentData: data90, parentDataProperty: "delay", rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate109.errors : vErrors.concat(validate109.errors);
                    errors = vErrors.length;
                  }
                }
                if (data90.max_attempts !== void 0) {
                  if (!validate63(data90.max_attempts, { instancePath: instancePath + "/deploy/restart_policy/max_attempts", parentData: data90, parentDataProperty: "max_attempts", rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate63.errors : vErrors.concat(validate63.errors);
                    errors = vErrors.length;
                  }
                }
                if (data90.window !== void 0) {
                  if (!validate109(data90.window, { instancePath: instancePath + "/deploy/restart_policy/window", parentData: data90, parentDataProperty: "window", rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate109.errors : vErrors.concat(validate109.errors);
                    errors = vErrors.length;
                  }
                }
              } else {
                const err60 = { instancePath: instancePath + "/deploy/restart_policy", schemaPath: "#/properties/deploy/properties/restart_policy/type", keyword: "type", params: { type: "object" } };
                if (vErrors === null) {
                  vErrors = [err60];
                } else {
                  vErrors.push(err60);
                }
                errors++;
              }
            }
            if (data68.update_config !== void 0) {
              if (!validate133(data68.update_config, { instancePath: instancePath + "/deploy/update_config", parentData: data68, parentDataProperty: "update_config", rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate133.errors : vErrors.concat(validate133.errors);
                errors = vErrors.length;
              }
            }
            if (data68.rollback_config !== void 0) {
              if (!validate133(data68.rollback_config, { instancePath: instancePath + "/deploy/rollback_config", parentData: data68, parentDataProperty: "rollback_config", rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate133.errors : vErrors.concat(validate133.errors);
                errors = vErrors.length;
              }
            }
          } else {
            const err61 = { instancePath: instancePath + "/deploy", schemaPath: "#/properties/deploy/type", keyword: "type", params: { type: "object" } };
            if (vErrors === null) {
              vErrors = [err61];
            } else {
              vErrors.push(err61);
            }
            errors++;
          }
        }
        if (data.develop !== void 0) {
          let data97 = data.develop;
          if (data97 && typeof data97 == "object" && !Array.isArray(data97)) {
            for (const key12 in data97) {
              if (!(key12 === "watch" || pattern3.test(key12))) {
                const err62 = { instancePath: instancePath + "/develop", schemaPath: "#/properties/develop/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key12 } };
                if (vErrors === null) {
                  vErrors = [err62];
                } else {
                  vErrors.push(err62);
                }
                errors++;
              }
            }
            if (data97.watch !== void 0) {
              let data98 = data97.watch;
              if (Array.isArray(data98)) {
                const len11 = data98.length;
                for (let i11 = 0; i11 < len11; i11++) {
                  let data99 = data98[i11];
                  if (data99 && typeof data99 == "object" && !Array.isArray(data99)) {
                    if (data99.path === void 0) {
                      const err63 = { instancePath: instancePath + "/develop/watch/" + i11, schemaPath: "#/properties/develop/properties/watch/items/required", keyword: "required", params: { missingProperty: "path" } };
                      if (vErrors === null) {
                        vErrors = [err63];
                      } else {
                        vErrors.push(err63);
                      }
                      errors++;
                    }
                    if (data99.action === void 0) {
                      const err64 = { instancePath: instancePath + "/develop/watch/" + i11, schemaPath: "#/properties/develop/properties/watch/items/required", keyword: "required", params: { missingProperty: "action" } };
                      if (vErrors === null) {
                        vErrors = [err64];
                      } else {
                        vErrors.push(err64);
                      }
                      errors++;
                    }
                    for (const key13 in data99) {
                      if (!(key13 === "path" || key13 === "action" || key13 === "target" || key13 === "ignore" || key13 === "include" || key13 === "initial_sync" || key13 === "exec" || pattern3.test(key13))) {
                        const err65 = { instancePath: instancePath + "/develop/watch/" + i11, schemaPath: "#/properties/develop/properties/watch/items/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key13 } };
                        if (vErrors === null) {
                          vErrors = [err65];
                        } else {
                          vErrors.push(err65);
                        }
                        errors++;
                      }
                    }
                    if (data99.path !== void 0) {
                      if (typeof data99.path !== "string") {
                        const err66 = { instancePath: instancePath + "/develop/watch/" + i11 + "/path", schemaPath: "#/properties/develop/properties/watch/items/properties/path/type", keyword: "type", params: { type: "string" } };
                        if (vErrors === null) {
                          vErrors = [err66];
                        } else {
                          vErrors.push(err66);
                        }
                        errors++;
                      }
                    }
                    if (data99.action !== void 0) {
                      if (typeof data99.action !== "string") {
                        const err67 = { instancePath: instancePath + "/develop/watch/" + i11 + "/action", schemaPath: "#/properties/develop/properties/watch/items/properties/action/type", keyword: "type", params: { type: "string" } };
                        if (vErrors === null) {
                          vErrors = [err67];
                        } else {
                          vErrors.push(err67);
                        }
                        errors++;
                      }
                    }
                    if (data99.target !== void 0) {
                      if (typeof data99.target !== "string") {
                        const err68 = { instancePath: instancePath + "/develop/watch/" + i11 + "/target", schemaPath: "#/properties/develop/properties/watch/items/properties/target/type", keyword: "type", params: { type: "string" } };
                        if (vErrors === null) {
                          vErrors = [err68];
                        } else {
                          vErrors.push(err68);
                        }
                        errors++;
                      }
                    }
                    if (data99.ignore !== void 0) {
                      if (!validate55(data99.ignore, { instancePath: instancePath + "/develop/watch/" + i11 + "/ignore", parentData: data99, parentDataProperty: "ignore", rootData, dynamicAnchors })) {
                        vErrors = vErrors === null ? validate55.errors : vErrors.concat(validate55.errors);
                        errors = vErrors.length;
                      }
                    }
                    if (data99.include !== void 0) {
                      if (!validate55(data99.include, { instancePath: instancePath + "/develop/watch/" + i11 + "/include", parentData: data99, parentDataProperty: "include", rootData, dynamicAnchors })) {
                        vErrors = vErrors === null ? validate55.errors : vErrors.concat(validate55.errors);
                        errors = vErrors.length;
                      }
                    }
                    if (data99.initial_sync !== void 0) {
                      if (!validate61(data99.initial_sync, { instancePath: instancePath + "/develop/watch/" + i11 + "/initial_sync", parentData: data99, parentDataProperty: "initial_sync", rootData, dynamicAnchors })) {
                        vErrors = vErrors === null ? validate61.errors : vErrors.concat(validate61.errors);
                        errors = vErrors.length;
                      }
                    }
                    if (data99.exec !== void 0) {
                      let data106 = data99.exec;
                      if (!(data106 && typeof data106 == "object" && !Array.isArray(data106))) {
                        const err69 = { instancePath: instancePath + "/develop/watch/" + i11 + "/exec", schemaPath: "#/properties/develop/properties/watch/items/properties/exec/type", keyword: "type", params: { type: "object" } };
                        if (vErrors === null) {
                          vErrors = [err69];
                        } else {
                          vErrors.push(err69);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err70 = { instancePath: instancePath + "/develop/watch/" + i11, schemaPath: "#/properties/develop/properties/watch/items/type", keyword: "type", params: { type: "object" } };
                    if (vErrors === null) {
                      vErrors = [err70];
                    } else {
                      vErrors.push(err70);
                    }
                    errors++;
                  }
                }
              } else {
                const err71 = { instancePath: instancePath + "/develop/watch", schemaPath: "#/properties/develop/properties/watch/type", keyword: "type", params: { type: "array" } };
                if (vErrors === null) {
                  vErrors = [err71];
                } else {
                  vErrors.push(err71);
                }
                errors++;
              }
            }
          } else {
            const err72 = { instancePath: instancePath + "/develop", schemaPath: "#/properties/develop/type", keyword: "type", params: { type: "object" } };
            if (vErrors === null) {
              vErrors = [err72];
            } else {
              vErrors.push(err72);
            }
            errors++;
          }
        }
        if (data.device_cgroup_rules !== void 0) {
          if (!validate75(data.device_cgroup_rules, { instancePath: instancePath + "/device_cgroup_rules", parentData: data, parentDataProperty: "device_cgroup_rules", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate75.errors : vErrors.concat(validate75.errors);
            errors = vErrors.length;
          }
        }
        if (data.devices !== void 0) {
          let data108 = data.devices;
          if (Array.isArray(data108)) {
            const len12 = data108.length;
            for (let i12 = 0; i12 < len12; i12++) {
              let data109 = data108[i12];
              if (typeof data109 !== "string" && !(data109 && typeof data109 == "object" && !Array.isArray(data109))) {
                const err73 = { instancePath: instancePath + "/devices/" + i12, schemaPath: "#/properties/devices/items/type", keyword: "type", params: { type: schema22.properties.devices.items.type } };
                if (vErrors === null) {
                  vErrors = [err73];
                } else {
                  vErrors.push(err73);
                }
                errors++;
              }
              if (data109 && typeof data109 == "object" && !Array.isArray(data109)) {
                if (data109.source === void 0) {
                  const err74 = { instancePath: instancePath + "/devices/" + i12, schemaPath: "#/properties/devices/items/required", keyword: "required", params: { missingProperty: "source" } };
                  if (vErrors === null) {
                    vErrors = [err74];
                  } else {
                    vErrors.push(err74);
                  }
                  errors++;
                }
                for (const key14 in data109) {
                  if (!(key14 === "source" || key14 === "target" || key14 === "permissions" || pattern3.test(key14))) {
                    const err75 = { instancePath: instancePath + "/devices/" + i12, schemaPath: "#/properties/devices/items/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key14 } };
                    if (vErrors === null) {
                      vErrors = [err75];
                    } else {
                      vErrors.push(err75);
                    }
                    errors++;
                  }
                }
                if (data109.source !== void 0) {
                  if (typeof data109.source !== "string") {
                    const err76 = { instancePath: instancePath + "/devices/" + i12 + "/source", schemaPath: "#/properties/devices/items/properties/source/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err76];
                    } else {
                      vErrors.push(err76);
                    }
                    errors++;
                  }
                }
                if (data109.target !== void 0) {
                  if (typeof data109.target !== "string") {
                    const err77 = { instancePath: instancePath + "/devices/" + i12 + "/target", schemaPath: "#/properties/devices/items/properties/target/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err77];
                    } else {
                      vErrors.push(err77);
                    }
                    errors++;
                  }
                }
                if (data109.permissions !== void 0) {
                  if (typeof data109.permissions !== "string") {
                    const err78 = { instancePath: instancePath + "/devices/" + i12 + "/permissions", schemaPath: "#/properties/devices/items/properties/permissions/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err78];
                    } else {
                      vErrors.push(err78);
                    }
                    errors++;
                  }
                }
              }
            }
          } else {
            const err79 = { instancePath: instancePath + "/devices", schemaPath: "#/properties/devices/type", keyword: "type", params: { type: "array" } };
            if (vErrors === null) {
              vErrors = [err79];
            } else {
              vErrors.push(err79);
            }
            errors++;
          }
        }
        if (data.dns !== void 0) {
          if (!validate55(data.dns, { instancePath: instancePath + "/dns", parentData: data, parentDataProperty: "dns", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate55.errors : vErrors.concat(validate55.errors);
            errors = vErrors.length;
          }
        }
        if (data.dns_opt !== void 0) {
          if (!validate75(data.dns_opt, { instancePath: instancePath + "/dns_opt", parentData: data, parentDataProperty: "dns_opt", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate75.errors : vErrors.concat(validate75.errors);
            errors = vErrors.length;
          }
        }
        if (data.dns_search !== void 0) {
          if (!validate55(data.dns_search, { instancePath: instancePath + "/dns_search", parentData: data, parentDataProperty: "dns_search", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate55.errors : vErrors.concat(validate55.errors);
            errors = vErrors.length;
          }
        }
        if (data.domainname !== void 0) {
          if (typeof data.domainname !== "string") {
            const err80 = { instancePath: instancePath + "/domainname", schemaPath: "#/properties/domainname/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err80];
            } else {
              vErrors.push(err80);
            }
            errors++;
          }
        }
        if (data.entrypoint !== void 0) {
          if (!validate103(data.entrypoint, { instancePath: instancePath + "/entrypoint", parentData: data, parentDataProperty: "entrypoint", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate103.errors : vErrors.concat(validate103.errors);
            errors = vErrors.length;
          }
        }
        if (data.env_file !== void 0) {
          let data118 = data.env_file;
          if (typeof data118 !== "string" && !Array.isArray(data118)) {
            const err81 = { instancePath: instancePath + "/env_file", schemaPath: "#/properties/env_file/type", keyword: "type", params: { type: schema22.properties.env_file.type } };
            if (vErrors === null) {
              vErrors = [err81];
            } else {
              vErrors.push(err81);
            }
            errors++;
          }
          if (Array.isArray(data118)) {
            const len13 = data118.length;
            for (let i13 = 0; i13 < len13; i13++) {
              let data119 = data118[i13];
              if (typeof data119 !== "string" && !(data119 && typeof data119 == "object" && !Array.isArray(data119))) {
                const err82 = { instancePath: instancePath + "/env_file/" + i13, schemaPath: "#/properties/env_file/items/type", keyword: "type", params: { type: schema22.properties.env_file.items.type } };
                if (vErrors === null) {
                  vErrors = [err82];
                } else {
                  vErrors.push(err82);
                }
                errors++;
              }
              if (data119 && typeof data119 == "object" && !Array.isArray(data119)) {
                if (data119.path === void 0) {
                  const err83 = { instancePath: instancePath + "/env_file/" + i13, schemaPath: "#/properties/env_file/items/required", keyword: "required", params: { missingProperty: "path" } };
                  if (vErrors === null) {
                    vErrors = [err83];
                  } else {
                    vErrors.push(err83);
                  }
                  errors++;
                }
                for (const key15 in data119) {
                  if (!(key15 === "path" || key15 === "required" || key15 === "format" || pattern3.test(key15))) {
                    const err84 = { instancePath: instancePath + "/env_file/" + i13, schemaPath: "#/properties/env_file/items/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key15 } };
                    if (vErrors === null) {
                      vErrors = [err84];
                    } else {
                      vErrors.push(err84);
                    }
                    errors++;
                  }
                }
                if (data119.path !== void 0) {
                  if (typeof data119.path !== "string") {
                    const err85 = { instancePath: instancePath + "/env_file/" + i13 + "/path", schemaPath: "#/properties/env_file/items/properties/path/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err85];
                    } else {
                      vErrors.push(err85);
                    }
                    errors++;
                  }
                }
                if (data119.required !== void 0) {
                  if (!validate61(data119.required, { instancePath: instancePath + "/env_file/" + i13 + "/required", parentData: data119, parentDataProperty: "required", rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate61.errors : vErrors.concat(validate61.errors);
                    errors = vErrors.length;
                  }
                }
                if (data119.format !== void 0) {
                  if (typeof data119.format !== "string") {
                    const err86 = { instancePath: instancePath + "/env_file/" + i13 + "/format", schemaPath: "#/properties/env_file/items/properties/format/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err86];
                    } else {
                      vErrors.push(err86);
                    }
                    errors++;
                  }
                }
              }
            }
          }
        }
        if (data.environment !== void 0) {
          if (!validate59(data.environment, { instancePath: instancePath + "/environment", parentData: data, parentDataProperty: "environment", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate59.errors : vErrors.concat(validate59.errors);
            errors = vErrors.length;
          }
        }
        if (data.expose !== void 0) {
          let data124 = data.expose;
          if (Array.isArray(data124)) {
            const len14 = data124.length;
            for (let i14 = 0; i14 < len14; i14++) {
              let data125 = data124[i14];
              if (typeof data125 !== "string" && !(typeof data125 == "number" && isFinite(data125))) {
                const err87 = { instancePath: instancePath + "/expose/" + i14, schemaPath: "#/properties/expose/items/type", keyword: "type", params: { type: schema22.properties.expose.items.type } };
                if (vErrors === null) {
                  vErrors = [err87];
                } else {
                  vErrors.push(err87);
                }
                errors++;
              }
            }
          } else {
            const err88 = { instancePath: instancePath + "/expose", schemaPath: "#/properties/expose/type", keyword: "type", params: { type: "array" } };
            if (vErrors === null) {
              vErrors = [err88];
            } else {
              vErrors.push(err88);
            }
            errors++;
          }
        }
        if (data.extends !== void 0) {
          let data126 = data.extends;
          if (typeof data126 !== "string" && !(data126 && typeof data126 == "object" && !Array.isArray(data126))) {
            const err89 = { instancePath: instancePath + "/extends", schemaPath: "#/properties/extends/type", keyword: "type", params: { type: schema22.properties.extends.type } };
            if (vErrors === null) {
              vErrors = [err89];
            } else {
              vErrors.push(err89);
            }
            errors++;
          }
          if (data126 && typeof data126 == "object" && !Array.isArray(data126)) {
            if (data126.service === void 0) {
              const err90 = { instancePath: instancePath + "/extends", schemaPath: "#/properties/extends/required", keyword: "required", params: { missingProperty: "service" } };
              if (vErrors === null) {
                vErrors = [err90];
              } else {
                vErrors.push(err90);
              }
              errors++;
            }
            for (const key16 in data126) {
              if (!(key16 === "service" || key16 === "file" || pattern3.test(key16))) {
                const err91 = { instancePath: instancePath + "/extends", schemaPath: "#/properties/extends/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key16 } };
                if (vErrors === null) {
                  vErrors = [err91];
                } else {
                  vErrors.push(err91);
                }
                errors++;
              }
            }
            if (data126.service !== void 0) {
              if (typeof data126.service !== "string") {
                const err92 = { instancePath: instancePath + "/extends/service", schemaPath: "#/properties/extends/properties/service/type", keyword: "type", params: { type: "string" } };
                if (vErrors === null) {
                  vErrors = [err92];
                } else {
                  vErrors.push(err92);
                }
                errors++;
              }
            }
            if (data126.file !== void 0) {
              if (typeof data126.file !== "string") {
                const err93 = { instancePath: instancePath + "/extends/file", schemaPath: "#/properties/extends/properties/file/type", keyword: "type", params: { type: "string" } };
                if (vErrors === null) {
                  vErrors = [err93];
                } else {
                  vErrors.push(err93);
                }
                errors++;
              }
            }
          }
        }
        if (data.external_links !== void 0) {
          if (!validate75(data.external_links, { instancePath: instancePath + "/external_links", parentData: data, parentDataProperty: "external_links", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate75.errors : vErrors.concat(validate75.errors);
            errors = vErrors.length;
          }
        }
        if (data.extra_hosts !== void 0) {
          if (!validate87(data.extra_hosts, { instancePath: instancePath + "/extra_hosts", parentData: data, parentDataProperty: "extra_hosts", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate87.errors : vErrors.concat(validate87.errors);
            errors = vErrors.length;
          }
        }
        if (data.gpus !== void 0) {
          let data131 = data.gpus;
          if (typeof data131 !== "string" && !Array.isArray(data131)) {
            const err94 = { instancePath: instancePath + "/gpus", schemaPath: "#/properties/gpus/type", keyword: "type", params: { type: schema22.properties.gpus.type } };
            if (vErrors === null) {
              vErrors = [err94];
            } else {
              vErrors.push(err94);
            }
            errors++;
          }
          if (Array.isArray(data131)) {
            const len15 = data131.length;
            for (let i15 = 0; i15 < len15; i15++) {
              if (!validate125(data131[i15], { instancePath: instancePath + "/gpus/" + i15, parentData: data131, parentDataProperty: i15, rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate125.errors : vErrors.concat(validate125.errors);
                errors = vErrors.length;
              }
            }
          }
        }
        if (data.group_add !== void 0) {
          let data133 = data.group_add;
          if (Array.isArray(data133)) {
            const len16 = data133.length;
            for (let i16 = 0; i16 < len16; i16++) {
              let data134 = data133[i16];
              if (typeof data134 !== "string" && !(typeof data134 == "number" && isFinite(data134))) {
                const err95 = { instancePath: instancePath + "/group_add/" + i16, schemaPath: "#/properties/group_add/items/type", keyword: "type", params: { type: schema22.properties.group_add.items.type } };
                if (vErrors === null) {
                  vErrors = [err95];
                } else {
                  vErrors.push(err95);
                }
                errors++;
              }
            }
          } else {
            const err96 = { instancePath: instancePath + "/group_add", schemaPath: "#/properties/group_add/type", keyword: "type", params: { type: "array" } };
            if (vErrors === null) {
              vErrors = [err96];
            } else {
              vErrors.push(err96);
            }
            errors++;
          }
        }
        if (data.healthcheck !== void 0) {
          let data135 = data.healthcheck;
          if (data135 && typeof data135 == "object" && !Array.isArray(data135)) {
            for (const key17 in data135) {
              if (!(key17 === "test" || key17 === "interval" || key17 === "timeout" || key17 === "retries" || key17 === "start_period" || key17 === "start_interval" || key17 === "disable" || pattern3.test(key17))) {
                const err97 = { instancePath: instancePath + "/healthcheck", schemaPath: "#/properties/healthcheck/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key17 } };
                if (vErrors === null) {
                  vErrors = [err97];
                } else {
                  vErrors.push(err97);
                }
                errors++;
              }
            }
            if (data135.test !== void 0) {
              let data136 = data135.test;
              if (typeof data136 !== "string" && !Array.isArray(data136)) {
                const err98 = { instancePath: instancePath + "/healthcheck/test", schemaPath: "#/properties/healthcheck/properties/test/type", keyword: "type", params: { type: schema22.properties.healthcheck.properties.test.type } };
                if (vErrors === null) {
                  vErrors = [err98];
                } else {
                  vErrors.push(err98);
                }
                errors++;
              }
              if (Array.isArray(data136)) {
                const len17 = data136.length;
                for (let i17 = 0; i17 < len17; i17++) {
                  let data137 = data136[i17];
                  if (typeof data137 !== "string" && !(typeof data137 == "number" && isFinite(data137)) && typeof data137 !== "boolean") {
                    const err99 = { instancePath: instancePath + "/healthcheck/test/" + i17, schemaPath: "#/properties/healthcheck/properties/test/items/type", keyword: "type", params: { type: schema22.properties.healthcheck.properties.test.items.type } };
                    if (vErrors === null) {
                      vErrors = [err99];
                    } else {
                      vErrors.push(err99);
                    }
                    errors++;
                  }
                }
              }
            }
            if (data135.interval !== void 0) {
              if (!validate109(data135.interval, { instancePath: instancePath + "/healthcheck/interval", parentData: data135, parentDataProperty: "interval", rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate109.errors : vErrors.concat(validate109.errors);
                errors = vErrors.length;
              }
            }
            if (data135.timeout !== void 0) {
              if (!validate109(data135.timeout, { instancePath: instancePath + "/healthcheck/timeout", parentData: data135, parentDataProperty: "timeout", rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate109.errors : vErrors.concat(validate109.errors);
                errors = vErrors.length;
              }
            }
            if (data135.retries !== void 0) {
              if (!validate63(data135.retries, { instancePath: instancePath + "/healthcheck/retries", parentData: data135, parentDataProperty: "retries", rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate63.errors : vErrors.concat(validate63.errors);
                errors = vErrors.length;
              }
            }
            if (data135.start_period !== void 0) {
              if (!validate109(data135.start_period, { instancePath: instancePath + "/healthcheck/start_period", parentData: data135, parentDataProperty: "start_period", rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate109.errors : vErrors.concat(validate109.errors);
                errors = vErrors.length;
              }
            }
            if (data135.start_interval !== void 0) {
              if (!validate109(data135.start_interval, { instancePath: instancePath + "/healthcheck/start_interval", parentData: data135, parentDataProperty: "start_interval", rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate109.errors : vErrors.concat(validate109.errors);
                errors = vErrors.length;
              }
            }
            if (data135.disable !== void 0) {
              if (!validate61(data135.disable, { instancePath: instancePath + "/healthcheck/disable", parentData: data135, parentDataProperty: "disable", rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate61.errors : vErrors.concat(validate61.errors);
                errors = vErrors.length;
              }
            }
          } else {
            const err100 = { instancePath: instancePath + "/healthcheck", schemaPath: "#/properties/healthcheck/type", keyword: "type", params: { type: "object" } };
            if (vErrors === null) {
              vErrors = [err100];
            } else {
              vErrors.push(err100);
            }
            errors++;
          }
        }
        if (data.hostname !== void 0) {
          if (typeof data.hostname !== "string") {
            const err101 = { instancePath: instancePath + "/hostname", schemaPath: "#/properties/hostname/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err101];
            } else {
              vErrors.push(err101);
            }
            errors++;
          }
        }
        if (data.image !== void 0) {
          if (typeof data.image !== "string") {
            const err102 = { instancePath: instancePath + "/image", schemaPath: "#/properties/image/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err102];
            } else {
              vErrors.push(err102);
            }
            errors++;
          }
        }
        if (data.init !== void 0) {
          if (!validate61(data.init, { instancePath: instancePath + "/init", parentData: data, parentDataProperty: "init", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate61.errors : vErrors.concat(validate61.errors);
            errors = vErrors.length;
          }
        }
        if (data.ipc !== void 0) {
          if (typeof data.ipc !== "string") {
            const err103 = { instancePath: instancePath + "/ipc", schemaPath: "#/properties/ipc/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err103];
            } else {
              vErrors.push(err103);
            }
            errors++;
          }
        }
        if (data.isolation !== void 0) {
          if (typeof data.isolation !== "string") {
            const err104 = { instancePath: instancePath + "/isolation", schemaPath: "#/properties/isolation/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err104];
            } else {
              vErrors.push(err104);
            }
            errors++;
          }
        }
        if (data.label_file !== void 0) {
          if (!validate55(data.label_file, { instancePath: instancePath + "/label_file", parentData: data, parentDataProperty: "label_file", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate55.errors : vErrors.concat(validate55.errors);
            errors = vErrors.length;
          }
        }
        if (data.labels !== void 0) {
          if (!validate59(data.labels, { instancePath: instancePath + "/labels", parentData: data, parentDataProperty: "labels", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate59.errors : vErrors.concat(validate59.errors);
            errors = vErrors.length;
          }
        }
        if (data.links !== void 0) {
          if (!validate75(data.links, { instancePath: instancePath + "/links", parentData: data, parentDataProperty: "links", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate75.errors : vErrors.concat(validate75.errors);
            errors = vErrors.length;
          }
        }
        if (data.logging !== void 0) {
          let data152 = data.logging;
          if (data152 && typeof data152 == "object" && !Array.isArray(data152)) {
            for (const key18 in data152) {
              if (!(key18 === "driver" || key18 === "options" || pattern3.test(key18))) {
                const err105 = { instancePath: instancePath + "/logging", schemaPath: "#/properties/logging/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key18 } };
                if (vErrors === null) {
                  vErrors = [err105];
                } else {
                  vErrors.push(err105);
                }
                errors++;
              }
            }
            if (data152.driver !== void 0) {
              if (typeof data152.driver !== "string") {
                const err106 = { instancePath: instancePath + "/logging/driver", schemaPath: "#/properties/logging/properties/driver/type", keyword: "type", params: { type: "string" } };
                if (vErrors === null) {
                  vErrors = [err106];
                } else {
                  vErrors.push(err106);
                }
                errors++;
              }
            }
            if (data152.options !== void 0) {
              let data154 = data152.options;
              if (data154 && typeof data154 == "object" && !Array.isArray(data154)) {
                for (const key19 in data154) {
                  if (!(key19 === "max-size" || key19 === "max-file" || key19 === "max-age" || key19 === "mode" || key19 === "max-buffer-size")) {
                    let data155 = data154[key19];
                    if (typeof data155 !== "string" && !(typeof data155 == "number" && isFinite(data155)) && typeof data155 !== "boolean" && data155 !== null) {
                      const err107 = { instancePath: instancePath + "/logging/options/" + key19.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/logging/properties/options/additionalProperties/type", keyword: "type", params: { type: schema22.properties.logging.properties.options.additionalProperties.type } };
                      if (vErrors === null) {
                        vErrors = [err107];
                      } else {
                        vErrors.push(err107);
                      }
                      errors++;
                    }
                  }
                }
                if (data154["max-size"] !== void 0) {
                  let data156 = data154["max-size"];
                  if (typeof data156 !== "string" && !(typeof data156 == "number" && isFinite(data156)) && data156 !== null) {
                    const err108 = { instancePath: instancePath + "/logging/options/max-size", schemaPath: "#/properties/logging/properties/options/properties/max-size/type", keyword: "type", params: { type: schema22.properties.logging.properties.options.properties["max-size"].type } };
                    if (vErrors === null) {
                      vErrors = [err108];
                    } else {
                      vErrors.push(err108);
                    }
                    errors++;
                  }
                }
                if (data154["max-file"] !== void 0) {
                  let data157 = data154["max-file"];
                  if (!(typeof data157 == "number" && (!(data157 % 1) && !isNaN(data157)) && isFinite(data157)) && typeof data157 !== "string" && data157 !== null) {
                    const err109 = { instancePath: instancePath + "/logging/options/max-file", schemaPath: "#/properties/logging/properties/options/properties/max-file/type", keyword: "type", params: { type: schema22.properties.logging.properties.options.properties["max-file"].type } };
                    if (vErrors === null) {
                      vErrors = [err109];
                    } else {
                      vErrors.push(err109);
                    }
                    errors++;
                  }
                }
                if (data154["max-age"] !== void 0) {
                  let data158 = data154["max-age"];
                  if (typeof data158 !== "string" && data158 !== null) {
                    const err110 = { instancePath: instancePath + "/logging/options/max-age", schemaPath: "#/properties/logging/properties/options/properties/max-age/type", keyword: "type", params: { type: schema22.properties.logging.properties.options.properties["max-age"].type } };
                    if (vErrors === null) {
                      vErrors = [err110];
                    } else {
                      vErrors.push(err110);
                    }
                    errors++;
                  }
                }
                if (data154.mode !== void 0) {
                  let data159 = data154.mode;
                  if (typeof data159 !== "string" && data159 !== null) {
                    const err111 = { instancePath: instancePath + "/logging/options/mode", schemaPath: "#/properties/logging/properties/options/properties/mode/type", keyword: "type", params: { type: schema22.properties.logging.properties.options.properties.mode.type } };
                    if (vErrors === null) {
                      vErrors = [err111];
                    } else {
                      vErrors.push(err111);
                    }
                    errors++;
                  }
                }
                if (data154["max-buffer-size"] !== void 0) {
                  let data160 = data154["max-buffer-size"];
                  if (typeof data160 !== "string" && !(typeof data160 == "number" && isFinite(data160)) && data160 !== null) {
                    const err112 = { instancePath: instancePath + "/logging/options/max-buffer-size", schemaPath: "#/properties/logging/properties/options/properties/max-buffer-size/type", keyword: "type", params: { type: schema22.properties.logging.properties.options.properties["max-buffer-size"].type } };
                    if (vErrors === null) {
                      vErrors = [err112];
                    } else {
                      vErrors.push(err112);
                    }
                    errors++;
                  }
                }
              } else {
                const err113 = { instancePath: instancePath + "/logging/options", schemaPath: "#/properties/logging/properties/options/type", keyword: "type", params: { type: "object" } };
                if (vErrors === null) {
                  vErrors = [err113];
                } else {
                  vErrors.push(err113);
                }
                errors++;
              }
            }
          } else {
            const err114 = { instancePath: instancePath + "/logging", schemaPath: "#/properties/logging/type", keyword: "type", params: { type: "object" } };
            if (vErrors === null) {
              vErrors = [err114];
            } else {
              vErrors.push(err114);
            }
            errors++;
          }
        }
        if (data.mac_address !== void 0) {
          if (typeof data.mac_address !== "string") {
            const err115 = { instancePath: instancePath + "/mac_address", schemaPath: "#/properties/mac_address/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err115];
            } else {
              vErrors.push(err115);
            }
            errors++;
          }
        }
        if (data.mem_limit !== void 0) {
          if (!validate69(data.mem_limit, { instancePath: instancePath + "/mem_limit", parentData: data, parentDataProperty: "mem_limit", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate69.errors : vErrors.concat(validate69.errors);
            errors = vErrors.length;
          }
        }
        if (data.mem_reservation !== void 0) {
          if (!validate69(data.mem_reservation, { instancePath: instancePath + "/mem_reservation", parentData: data, parentDataProperty: "mem_reservation", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate69.errors : vErrors.concat(validate69.errors);
            errors = vErrors.length;
          }
        }
        if (data.mem_swappiness !== void 0) {
          if (!validate63(data.mem_swappiness, { instancePath: instancePath + "/mem_swappiness", parentData: data, parentDataProperty: "mem_swappiness", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate63.errors : vErrors.concat(validate63.errors);
            errors = vErrors.length;
          }
        }
        if (data.memswap_limit !== void 0) {
          if (!validate69(data.memswap_limit, { instancePath: instancePath + "/memswap_limit", parentData: data, parentDataProperty: "memswap_limit", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate69.errors : vErrors.concat(validate69.errors);
            errors = vErrors.length;
          }
        }
        if (data.models !== void 0) {
          let data166 = data.models;
          if (!data166 || typeof data166 != "object") {
            const err116 = { instancePath: instancePath + "/models", schemaPath: "#/properties/models/type", keyword: "type", params: { type: schema22.properties.models.type } };
            if (vErrors === null) {
              vErrors = [err116];
            } else {
              vErrors.push(err116);
            }
            errors++;
          }
          if (Array.isArray(data166)) {
            const len18 = data166.length;
            for (let i18 = 0; i18 < len18; i18++) {
              if (typeof data166[i18] !== "string") {
                const err117 = { instancePath: instancePath + "/models/" + i18, schemaPath: "#/properties/models/items/type", keyword: "type", params: { type: "string" } };
                if (vErrors === null) {
                  vErrors = [err117];
                } else {
                  vErrors.push(err117);
                }
                errors++;
              }
            }
          }
        }
        if (data.network_mode !== void 0) {
          if (typeof data.network_mode !== "string") {
            const err118 = { instancePath: instancePath + "/network_mode", schemaPath: "#/properties/network_mode/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err118];
            } else {
              vErrors.push(err118);
            }
            errors++;
          }
        }
        if (data.networks !== void 0) {
          let data169 = data.networks;
          if (!data169 || typeof data169 != "object") {
            const err119 = { instancePath: instancePath + "/networks", schemaPath: "#/properties/networks/type", keyword: "type", params: { type: schema22.properties.networks.type } };
            if (vErrors === null) {
              vErrors = [err119];
            } else {
              vErrors.push(err119);
            }
            errors++;
          }
          if (Array.isArray(data169)) {
            const len19 = data169.length;
            for (let i19 = 0; i19 < len19; i19++) {
              if (typeof data169[i19] !== "string") {
                const err120 = { instancePath: instancePath + "/networks/" + i19, schemaPath: "#/properties/networks/items/type", keyword: "type", params: { type: "string" } };
                if (vErrors === null) {
                  vErrors = [err120];
                } else {
                  vErrors.push(err120);
                }
                errors++;
              }
            }
          }
          if (data169 && typeof data169 == "object" && !Array.isArray(data169)) {
            for (const key20 in data169) {
              let data171 = data169[key20];
              if (!(data171 && typeof data171 == "object" && !Array.isArray(data171)) && data171 !== null) {
                const err121 = { instancePath: instancePath + "/networks/" + key20.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/networks/additionalProperties/type", keyword: "type", params: { type: schema22.properties.networks.additionalProperties.type } };
                if (vErrors === null) {
                  vErrors = [err121];
                } else {
                  vErrors.push(err121);
                }
                errors++;
              }
              if (data171 && typeof data171 == "object" && !Array.isArray(data171)) {
                for (const key21 in data171) {
                  if (!(func1.call(schema22.properties.networks.additionalProperties.properties, key21) || pattern3.test(key21))) {
                    const err122 = { instancePath: instancePath + "/networks/" + key20.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/networks/additionalProperties/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key21 } };
                    if (vErrors === null) {
                      vErrors = [err122];
                    } else {
                      vErrors.push(err122);
                    }
                    errors++;
                  }
                }
                if (data171.aliases !== void 0) {
                  if (!validate75(data171.aliases, { instancePath: instancePath + "/networks/" + key20.replace(/~/g, "~0").replace(/\//g, "~1") + "/aliases", parentData: data171, parentDataProperty: "aliases", rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate75.errors : vErrors.concat(validate75.errors);
                    errors = vErrors.length;
                  }
                }
                if (data171.ipv4_address !== void 0) {
                  if (typeof data171.ipv4_address !== "string") {
                    const err123 = { instancePath: instancePath + "/networks/" + key20.replace(/~/g, "~0").replace(/\//g, "~1") + "/ipv4_address", schemaPath: "#/properties/networks/additionalProperties/properties/ipv4_address/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err123];
                    } else {
                      vErrors.push(err123);
                    }
                    errors++;
                  }
                }
                if (data171.ipv6_address !== void 0) {
                  if (typeof data171.ipv6_address !== "string") {
                    const err124 = { instancePath: instancePath + "/networks/" + key20.replace(/~/g, "~0").replace(/\//g, "~1") + "/ipv6_address", schemaPath: "#/properties/networks/additionalProperties/properties/ipv6_address/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err124];
                    } else {
                      vErrors.push(err124);
                    }
                    errors++;
                  }
                }
                if (data171.link_local_ips !== void 0) {
                  if (!validate75(data171.link_local_ips, { instancePath: instancePath + "/networks/" + key20.replace(/~/g, "~0").replace(/\//g, "~1") + "/link_local_ips", parentData: data171, parentDataProperty: "link_local_ips", rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate75.errors : vErrors.concat(validate75.errors);
                    errors = vErrors.length;
                  }
                }
                if (data171.mac_address !== void 0) {
                  if (typeof data171.mac_address !== "string") {
                    const err125 = { instancePath: instancePath + "/networks/" + key20.replace(/~/g, "~0").replace(/\//g, "~1") + "/mac_address", schemaPath: "#/properties/networks/additionalProperties/properties/mac_address/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err125];
                    } else {
                      vErrors.push(err125);
                    }
                    errors++;
                  }
                }
                if (data171.interface_name !== void 0) {
                  if (typeof data171.interface_name !== "string") {
                    const err126 = { instancePath: instancePath + "/networks/" + key20.replace(/~/g, "~0").replace(/\//g, "~1") + "/interface_name", schemaPath: "#/properties/networks/additionalProperties/properties/interface_name/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err126];
                    } else {
                      vErrors.push(err126);
                    }
                    errors++;
                  }
                }
                if (data171.driver_opts !== void 0) {
                  let data178 = data171.driver_opts;
                  if (data178 && typeof data178 == "object" && !Array.isArray(data178)) {
                    for (const key22 in data178) {
                      let data179 = data178[key22];
                      if (typeof data179 !== "string" && !(typeof data179 == "number" && isFinite(data179)) && typeof data179 !== "boolean") {
                        const err127 = { instancePath: instancePath + "/networks/" + key20.replace(/~/g, "~0").replace(/\//g, "~1") + "/driver_opts/" + key22.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/networks/additionalProperties/properties/driver_opts/additionalProperties/type", keyword: "type", params: { type: schema22.properties.networks.additionalProperties.properties.driver_opts.additionalProperties.type } };
                        if (vErrors === null) {
                          vErrors = [err127];
                        } else {
                          vErrors.push(err127);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err128 = { instancePath: instancePath + "/networks/" + key20.replace(/~/g, "~0").replace(/\//g, "~1") + "/driver_opts", schemaPath: "#/properties/networks/additionalProperties/properties/driver_opts/type", keyword: "type", params: { type: "object" } };
                    if (vErrors === null) {
                      vErrors = [err128];
                    } else {
                      vErrors.push(err128);
                    }
                    errors++;
                  }
                }
                if (data171.priority !== void 0) {
                  if (!validate107(data171.priority, { instancePath: instancePath + "/networks/" + key20.replace(/~/g, "~0").replace(/\//g, "~1") + "/priority", parentData: data171, parentDataProperty: "priority", rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate107.errors : vErrors.concat(validate107.errors);
                    errors = vErrors.length;
                  }
                }
                if (data171.gw_priority !== void 0) {
                  if (!validate107(data171.gw_priority, { instancePath: instancePath + "/networks/" + key20.replace(/~/g, "~0").replace(/\//g, "~1") + "/gw_priority", parentData: data171, parentDataProperty: "gw_priority", rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate107.errors : vErrors.concat(validate107.errors);
                    errors = vErrors.length;
                  }
                }
              }
            }
          }
        }
        if (data.oom_kill_disable !== void 0) {
          if (!validate61(data.oom_kill_disable, { instancePath: instancePath + "/oom_kill_disable", parentData: data, parentDataProperty: "oom_kill_disable", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate61.errors : vErrors.concat(validate61.errors);
            errors = vErrors.length;
          }
        }
        if (data.oom_score_adj !== void 0) {
          if (!validate63(data.oom_score_adj, { instancePath: instancePath + "/oom_score_adj", parentData: data, parentDataProperty: "oom_score_adj", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate63.errors : vErrors.concat(validate63.errors);
            errors = vErrors.length;
          }
        }
        if (data.pid !== void 0) {
          if (typeof data.pid !== "string") {
            const err129 = { instancePath: instancePath + "/pid", schemaPath: "#/properties/pid/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err129];
            } else {
              vErrors.push(err129);
            }
            errors++;
          }
        }
        if (data.pids_limit !== void 0) {
          if (!validate63(data.pids_limit, { instancePath: instancePath + "/pids_limit", parentData: data, parentDataProperty: "pids_limit", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate63.errors : vErrors.concat(validate63.errors);
            errors = vErrors.length;
          }
        }
        if (data.platform !== void 0) {
          if (typeof data.platform !== "string") {
            const err130 = { instancePath: instancePath + "/platform", schemaPath: "#/properties/platform/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err130];
            } else {
              vErrors.push(err130);
            }
            errors++;
          }
        }
        if (data.ports !== void 0) {
          let data187 = data.ports;
          if (Array.isArray(data187)) {
            const len20 = data187.length;
            for (let i20 = 0; i20 < len20; i20++) {
              let data188 = data187[i20];
              if (typeof data188 !== "string" && !(typeof data188 == "number" && isFinite(data188)) && !(data188 && typeof data188 == "object" && !Array.isArray(data188))) {
                const err131 = { instancePath: instancePath + "/ports/" + i20, schemaPath: "#/properties/ports/items/type", keyword: "type", params: { type: schema22.properties.ports.items.type } };
                if (vErrors === null) {
                  vErrors = [err131];
                } else {
                  vErrors.push(err131);
                }
                errors++;
              }
              if (data188 && typeof data188 == "object" && !Array.isArray(data188)) {
                if (data188.target === void 0) {
                  const err132 = { instancePath: instancePath + "/ports/" + i20, schemaPath: "#/properties/ports/items/required", keyword: "required", params: { missingProperty: "target" } };
                  if (vErrors === null) {
                    vErrors = [err132];
                  } else {
                    vErrors.push(err132);
                  }
                  errors++;
                }
                for (const key23 in data188) {
                  if (!(key23 === "name" || key23 === "target" || key23 === "published" || key23 === "host_ip" || key23 === "protocol" || key23 === "app_protocol" || key23 === "mode" || pattern3.test(key23))) {
                    const err133 = { instancePath: instancePath + "/ports/" + i20, schemaPath: "#/properties/ports/items/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key23 } };
                    if (vErrors === null) {
                      vErrors = [err133];
                    } else {
                      vErrors.push(err133);
                    }
                    errors++;
                  }
                }
                if (data188.name !== void 0) {
                  if (typeof data188.name !== "string") {
                    const err134 = { instancePath: instancePath + "/ports/" + i20 + "/name", schemaPath: "#/properties/ports/items/properties/name/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err134];
                    } else {
                      vErrors.push(err134);
                    }
                    errors++;
                  }
                }
                if (data188.target !== void 0) {
                  if (!validate63(data188.target, { instancePath: instancePath + "/ports/" + i20 + "/target", parentData: data188, parentDataProperty: "target", rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate63.errors : vErrors.concat(validate63.errors);
                    errors = vErrors.length;
                  }
                }
                if (data188.published !== void 0) {
                  let data191 = data188.published;
                  if (typeof data191 !== "string" && !(typeof data191 == "number" && (!(data191 % 1) && !isNaN(data191)) && isFinite(data191))) {
                    const err135 = { instancePath: instancePath + "/ports/" + i20 + "/published", schemaPath: "#/properties/ports/items/properties/published/type", keyword: "type", params: { type: schema22.properties.ports.items.properties.published.type } };
                    if (vErrors === null) {
                      vErrors = [err135];
                    } else {
                      vErrors.push(err135);
                    }
                    errors++;
                  }
                }
                if (data188.host_ip !== void 0) {
                  if (typeof data188.host_ip !== "string") {
                    const err136 = { instancePath: instancePath + "/ports/" + i20 + "/host_ip", schemaPath: "#/properties/ports/items/properties/host_ip/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err136];
                    } else {
                      vErrors.push(err136);
                    }
                    errors++;
                  }
                }
                if (data188.protocol !== void 0) {
                  if (typeof data188.protocol !== "string") {
                    const err137 = { instancePath: instancePath + "/ports/" + i20 + "/protocol", schemaPath: "#/properties/ports/items/properties/protocol/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err137];
                    } else {
                      vErrors.push(err137);
                    }
                    errors++;
                  }
                }
                if (data188.app_protocol !== void 0) {
                  if (typeof data188.app_protocol !== "string") {
                    const err138 = { instancePath: instancePath + "/ports/" + i20 + "/app_protocol", schemaPath: "#/properties/ports/items/properties/app_protocol/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err138];
                    } else {
                      vErrors.push(err138);
                    }
                    errors++;
                  }
                }
                if (data188.mode !== void 0) {
                  let data195 = data188.mode;
                  if (typeof data195 !== "string") {
                    const err139 = { instancePath: instancePath + "/ports/" + i20 + "/mode", schemaPath: "#/properties/ports/items/properties/mode/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err139];
                    } else {
                      vErrors.push(err139);
                    }
                    errors++;
                  }
                  if (!(data195 === "host" || data195 === "ingress")) {
                    const err140 = { instancePath: instancePath + "/ports/" + i20 + "/mode", schemaPath: "#/properties/ports/items/properties/mode/enum", keyword: "enum", params: { allowedValues: schema22.properties.ports.items.properties.mode.enum } };
                    if (vErrors === null) {
                      vErrors = [err140];
                    } else {
                      vErrors.push(err140);
                    }
                    errors++;
                  }
                }
              }
            }
          } else {
            const err141 = { instancePath: instancePath + "/ports", schemaPath: "#/properties/ports/type", keyword: "type", params: { type: "array" } };
            if (vErrors === null) {
              vErrors = [err141];
            } else {
              vErrors.push(err141);
            }
            errors++;
          }
        }
        if (data.post_start !== void 0) {
          let data196 = data.post_start;
          if (Array.isArray(data196)) {
            const len21 = data196.length;
            for (let i21 = 0; i21 < len21; i21++) {
              if (!validate175(data196[i21], { instancePath: instancePath + "/post_start/" + i21, parentData: data196, parentDataProperty: i21, rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate175.errors : vErrors.concat(validate175.errors);
                errors = vErrors.length;
              }
            }
          } else {
            const err142 = { instancePath: instancePath + "/post_start", schemaPath: "#/properties/post_start/type", keyword: "type", params: { type: "array" } };
            if (vErrors === null) {
              vErrors = [err142];
            } else {
              vErrors.push(err142);
            }
            errors++;
          }
        }
        if (data.pre_start !== void 0) {
          let data198 = data.pre_start;
          if (Array.isArray(data198)) {
            const len22 = data198.length;
            for (let i22 = 0; i22 < len22; i22++) {
              if (!validate175(data198[i22], { instancePath: instancePath + "/pre_start/" + i22, parentData: data198, parentDataProperty: i22, rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate175.errors : vErrors.concat(validate175.errors);
                errors = vErrors.length;
              }
            }
          } else {
            const err143 = { instancePath: instancePath + "/pre_start", schemaPath: "#/properties/pre_start/type", keyword: "type", params: { type: "array" } };
            if (vErrors === null) {
              vErrors = [err143];
            } else {
              vErrors.push(err143);
            }
            errors++;
          }
        }
        if (data.pre_stop !== void 0) {
          let data200 = data.pre_stop;
          if (Array.isArray(data200)) {
            const len23 = data200.length;
            for (let i23 = 0; i23 < len23; i23++) {
              if (!validate175(data200[i23], { instancePath: instancePath + "/pre_stop/" + i23, parentData: data200, parentDataProperty: i23, rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate175.errors : vErrors.concat(validate175.errors);
                errors = vErrors.length;
              }
            }
          } else {
            const err144 = { instancePath: instancePath + "/pre_stop", schemaPath: "#/properties/pre_stop/type", keyword: "type", params: { type: "array" } };
            if (vErrors === null) {
              vErrors = [err144];
            } else {
              vErrors.push(err144);
            }
            errors++;
          }
        }
        if (data.privileged !== void 0) {
          if (!validate61(data.privileged, { instancePath: instancePath + "/privileged", parentData: data, parentDataProperty: "privileged", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate61.errors : vErrors.concat(validate61.errors);
            errors = vErrors.length;
          }
        }
        if (data.profiles !== void 0) {
          if (!validate75(data.profiles, { instancePath: instancePath + "/profiles", parentData: data, parentDataProperty: "profiles", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate75.errors : vErrors.concat(validate75.errors);
            errors = vErrors.length;
          }
        }
        if (data.provider !== void 0) {
          let data204 = data.provider;
          if (data204 && typeof data204 == "object" && !Array.isArray(data204)) {
            if (data204.type === void 0) {
              const err145 = { instancePath: instancePath + "/provider", schemaPath: "#/properties/provider/required", keyword: "required", params: { missingProperty: "type" } };
              if (vErrors === null) {
                vErrors = [err145];
              } else {
                vErrors.push(err145);
              }
              errors++;
            }
            for (const key24 in data204) {
              if (!(key24 === "type" || key24 === "options" || pattern3.test(key24))) {
                const err146 = { instancePath: instancePath + "/provider", schemaPath: "#/properties/provider/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key24 } };
                if (vErrors === null) {
                  vErrors = [err146];
                } else {
                  vErrors.push(err146);
                }
                errors++;
              }
            }
            if (data204.type !== void 0) {
              if (typeof data204.type !== "string") {
                const err147 = { instancePath: instancePath + "/provider/type", schemaPath: "#/properties/provider/properties/type/type", keyword: "type", params: { type: "string" } };
                if (vErrors === null) {
                  vErrors = [err147];
                } else {
                  vErrors.push(err147);
                }
                errors++;
              }
            }
            if (data204.options !== void 0) {
              let data206 = data204.options;
              if (data206 && typeof data206 == "object" && !Array.isArray(data206)) {
                for (const key25 in data206) {
                  let data207 = data206[key25];
                  if (typeof data207 !== "string" && !(typeof data207 == "number" && isFinite(data207)) && typeof data207 !== "boolean" && !Array.isArray(data207)) {
                    const err148 = { instancePath: instancePath + "/provider/options/" + key25.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/provider/properties/options/additionalProperties/type", keyword: "type", params: { type: schema22.properties.provider.properties.options.additionalProperties.type } };
                    if (vErrors === null) {
                      vErrors = [err148];
                    } else {
                      vErrors.push(err148);
                    }
                    errors++;
                  }
                }
              } else {
                const err149 = { instancePath: instancePath + "/provider/options", schemaPath: "#/properties/provider/properties/options/type", keyword: "type", params: { type: "object" } };
                if (vErrors === null) {
                  vErrors = [err149];
                } else {
                  vErrors.push(err149);
                }
                errors++;
              }
            }
          } else {
            const err150 = { instancePath: instancePath + "/provider", schemaPath: "#/properties/provider/type", keyword: "type", params: { type: "object" } };
            if (vErrors === null) {
              vErrors = [err150];
            } else {
              vErrors.push(err150);
            }
            errors++;
          }
        }
        if (data.pull_policy !== void 0) {
          let data208 = data.pull_policy;
          if (typeof data208 === "string") {
            if (!pattern36.test(data208)) {
              const err151 = { instancePath: instancePath + "/pull_policy", schemaPath: "#/properties/pull_policy/pattern", keyword: "pattern", params: { pattern: "^(always|never|build|if_not_present|missing|refresh|daily|weekly|every_([0-9]+[wdhms])+)$" } };
              if (vErrors === null) {
                vErrors = [err151];
              } else {
                vErrors.push(err151);
              }
              errors++;
            }
          } else {
            const err152 = { instancePath: instancePath + "/pull_policy", schemaPath: "#/properties/pull_policy/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err152];
            } else {
              vErrors.push(err152);
            }
            errors++;
          }
        }
        if (data.pull_refresh_after !== void 0) {
          if (typeof data.pull_refresh_after !== "string") {
            const err153 = { instancePath: instancePath + "/pull_refresh_after", schemaPath: "#/properties/pull_refresh_after/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err153];
            } else {
              vErrors.push(err153);
            }
            errors++;
          }
        }
        if (data.read_only !== void 0) {
          if (!validate61(data.read_only, { instancePath: instancePath + "/read_only", parentData: data, parentDataProperty: "read_only", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate61.errors : vErrors.concat(validate61.errors);
            errors = vErrors.length;
          }
        }
        if (data.restart !== void 0) {
          let data211 = data.restart;
          if (typeof data211 === "string") {
            if (!pattern37.test(data211)) {
              const err154 = { instancePath: instancePath + "/restart", schemaPath: "#/properties/restart/pattern", keyword: "pattern", params: { pattern: "^(no|always|unless-stopped|on-failure(:[0-9]+)?)$" } };
              if (vErrors === null) {
                vErrors = [err154];
              } else {
                vErrors.push(err154);
              }
              errors++;
            }
          } else {
            const err155 = { instancePath: instancePath + "/restart", schemaPath: "#/properties/restart/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err155];
            } else {
              vErrors.push(err155);
            }
            errors++;
          }
        }
        if (data.runtime !== void 0) {
          if (typeof data.runtime !== "string") {
            const err156 = { instancePath: instancePath + "/runtime", schemaPath: "#/properties/runtime/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err156];
            } else {
              vErrors.push(err156);
            }
            errors++;
          }
        }
        if (data.scale !== void 0) {
          if (!validate63(data.scale, { instancePath: instancePath + "/scale", parentData: data, parentDataProperty: "scale", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate63.errors : vErrors.concat(validate63.errors);
            errors = vErrors.length;
          }
        }
        if (data.secrets !== void 0) {
          let data214 = data.secrets;
          if (Array.isArray(data214)) {
            const len24 = data214.length;
            for (let i24 = 0; i24 < len24; i24++) {
              if (!validate90(data214[i24], { instancePath: instancePath + "/secrets/" + i24, parentData: data214, parentDataProperty: i24, rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate90.errors : vErrors.concat(validate90.errors);
                errors = vErrors.length;
              }
            }
          } else {
            const err157 = { instancePath: instancePath + "/secrets", schemaPath: "#/properties/secrets/type", keyword: "type", params: { type: "array" } };
            if (vErrors === null) {
              vErrors = [err157];
            } else {
              vErrors.push(err157);
            }
            errors++;
          }
        }
        if (data.security_opt !== void 0) {
          if (!validate75(data.security_opt, { instancePath: instancePath + "/security_opt", parentData: data, parentDataProperty: "security_opt", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate75.errors : vErrors.concat(validate75.errors);
            errors = vErrors.length;
          }
        }
        if (data.shm_size !== void 0) {
          if (!validate69(data.shm_size, { instancePath: instancePath + "/shm_size", parentData: data, parentDataProperty: "shm_size", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate69.errors : vErrors.concat(validate69.errors);
            errors = vErrors.length;
          }
        }
        if (data.stdin_open !== void 0) {
          if (!validate61(data.stdin_open, { instancePath: instancePath + "/stdin_open", parentData: data, parentDataProperty: "stdin_open", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate61.errors : vErrors.concat(validate61.errors);
            errors = vErrors.length;
          }
        }
        if (data.stop_grace_period !== void 0) {
          if (!validate109(data.stop_grace_period, { instancePath: instancePath + "/stop_grace_period", parentData: data, parentDataProperty: "stop_grace_period", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate109.errors : vErrors.concat(validate109.errors);
            errors = vErrors.length;
          }
        }
        if (data.stop_signal !== void 0) {
          if (!validate53(data.stop_signal, { instancePath: instancePath + "/stop_signal", parentData: data, parentDataProperty: "stop_signal", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
            errors = vErrors.length;
          }
        }
        if (data.storage_opt !== void 0) {
          let data221 = data.storage_opt;
          if (!(data221 && typeof data221 == "object" && !Array.isArray(data221))) {
            const err158 = { instancePath: instancePath + "/storage_opt", schemaPath: "#/properties/storage_opt/type", keyword: "type", params: { type: "object" } };
            if (vErrors === null) {
              vErrors = [err158];
            } else {
              vErrors.push(err158);
            }
            errors++;
          }
        }
        if (data.sysctls !== void 0) {
          if (!validate59(data.sysctls, { instancePath: instancePath + "/sysctls", parentData: data, parentDataProperty: "sysctls", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate59.errors : vErrors.concat(validate59.errors);
            errors = vErrors.length;
          }
        }
        if (data.tmpfs !== void 0) {
          if (!validate55(data.tmpfs, { instancePath: instancePath + "/tmpfs", parentData: data, parentDataProperty: "tmpfs", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate55.errors : vErrors.concat(validate55.errors);
            errors = vErrors.length;
          }
        }
        if (data.tty !== void 0) {
          if (!validate61(data.tty, { instancePath: instancePath + "/tty", parentData: data, parentDataProperty: "tty", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate61.errors : vErrors.concat(validate61.errors);
            errors = vErrors.length;
          }
        }
        if (data.ulimits !== void 0) {
          if (!validate96(data.ulimits, { instancePath: instancePath + "/ulimits", parentData: data, parentDataProperty: "ulimits", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate96.errors : vErrors.concat(validate96.errors);
            errors = vErrors.length;
          }
        }
        if (data.use_api_socket !== void 0) {
          if (!validate61(data.use_api_socket, { instancePath: instancePath + "/use_api_socket", parentData: data, parentDataProperty: "use_api_socket", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate61.errors : vErrors.concat(validate61.errors);
            errors = vErrors.length;
          }
        }
        if (data.user !== void 0) {
          if (!validate53(data.user, { instancePath: instancePath + "/user", parentData: data, parentDataProperty: "user", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
            errors = vErrors.length;
          }
        }
        if (data.userns_mode !== void 0) {
          if (typeof data.userns_mode !== "string") {
            const err159 = { instancePath: instancePath + "/userns_mode", schemaPath: "#/properties/userns_mode/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err159];
            } else {
              vErrors.push(err159);
            }
            errors++;
          }
        }
        if (data.uts !== void 0) {
          let data229 = data.uts;
          if (typeof data229 !== "string") {
            const err160 = { instancePath: instancePath + "/uts", schemaPath: "#/properties/uts/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err160];
            } else {
              vErrors.push(err160);
            }
            errors++;
          }
          if (!(data229 === "host")) {
            const err161 = { instancePath: instancePath + "/uts", schemaPath: "#/properties/uts/enum", keyword: "enum", params: { allowedValues: schema22.properties.uts.enum } };
            if (vErrors === null) {
              vErrors = [err161];
            } else {
              vErrors.push(err161);
            }
            errors++;
          }
        }
        if (data.volumes !== void 0) {
          let data230 = data.volumes;
          if (Array.isArray(data230)) {
            const len25 = data230.length;
            for (let i25 = 0; i25 < len25; i25++) {
              let data231 = data230[i25];
              if (typeof data231 !== "string" && !(data231 && typeof data231 == "object" && !Array.isArray(data231))) {
                const err162 = { instancePath: instancePath + "/volumes/" + i25, schemaPath: "#/properties/volumes/items/type", keyword: "type", params: { type: schema22.properties.volumes.items.type } };
                if (vErrors === null) {
                  vErrors = [err162];
                } else {
                  vErrors.push(err162);
                }
                errors++;
              }
              if (data231 && typeof data231 == "object" && !Array.isArray(data231)) {
                if (data231.type === void 0) {
                  const err163 = { instancePath: instancePath + "/volumes/" + i25, schemaPath: "#/properties/volumes/items/required", keyword: "required", params: { missingProperty: "type" } };
                  if (vErrors === null) {
                    vErrors = [err163];
                  } else {
                    vErrors.push(err163);
                  }
                  errors++;
                }
                for (const key26 in data231) {
                  if (!(func1.call(schema22.properties.volumes.items.properties, key26) || pattern3.test(key26))) {
                    const err164 = { instancePath: instancePath + "/volumes/" + i25, schemaPath: "#/properties/volumes/items/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key26 } };
                    if (vErrors === null) {
                      vErrors = [err164];
                    } else {
                      vErrors.push(err164);
                    }
                    errors++;
                  }
                }
                if (data231.type !== void 0) {
                  let data232 = data231.type;
                  if (typeof data232 !== "string") {
                    const err165 = { instancePath: instancePath + "/volumes/" + i25 + "/type", schemaPath: "#/properties/volumes/items/properties/type/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err165];
                    } else {
                      vErrors.push(err165);
                    }
                    errors++;
                  }
                  if (!(data232 === "volume" || data232 === "bind" || data232 === "tmpfs" || data232 === "image" || data232 === "npipe" || data232 === "cluster")) {
                    const err166 = { instancePath: instancePath + "/volumes/" + i25 + "/type", schemaPath: "#/properties/volumes/items/properties/type/enum", keyword: "enum", params: { allowedValues: schema22.properties.volumes.items.properties.type.enum } };
                    if (vErrors === null) {
                      vErrors = [err166];
                    } else {
                      vErrors.push(err166);
                    }
                    errors++;
                  }
                }
                if (data231.source !== void 0) {
                  if (typeof data231.source !== "string") {
                    const err167 = { instancePath: instancePath + "/volumes/" + i25 + "/source", schemaPath: "#/properties/volumes/items/properties/source/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err167];
                    } else {
                      vErrors.push(err167);
                    }
                    errors++;
                  }
                }
                if (data231.target !== void 0) {
                  if (typeof data231.target !== "string") {
                    const err168 = { instancePath: instancePath + "/volumes/" + i25 + "/target", schemaPath: "#/properties/volumes/items/properties/target/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err168];
                    } else {
                      vErrors.push(err168);
                    }
                    errors++;
                  }
                }
                if (data231.read_only !== void 0) {
                  if (!validate61(data231.read_only, { instancePath: instancePath + "/volumes/" + i25 + "/read_only", parentData: data231, parentDataProperty: "read_only", rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate61.errors : vErrors.concat(validate61.errors);
                    errors = vErrors.length;
                  }
                }
                if (data231.consistency !== void 0) {
                  if (typeof data231.consistency !== "string") {
                    const err169 = { instancePath: instancePath + "/volumes/" + i25 + "/consistency", schemaPath: "#/properties/volumes/items/properties/consistency/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err169];
                    } else {
                      vErrors.push(err169);
                    }
                    errors++;
                  }
                }
                if (data231.bind !== void 0) {
                  let data237 = data231.bind;
                  if (data237 && typeof data237 == "object" && !Array.isArray(data237)) {
                    for (const key27 in data237) {
                      if (!(key27 === "propagation" || key27 === "create_host_path" || key27 === "recursive" || key27 === "selinux" || pattern3.test(key27))) {
                        const err170 = { instancePath: instancePath + "/volumes/" + i25 + "/bind", schemaPath: "#/properties/volumes/items/properties/bind/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key27 } };
                        if (vErrors === null) {
                          vErrors = [err170];
                        } else {
                          vErrors.push(err170);
                        }
                        errors++;
                      }
                    }
                    if (data237.propagation !== void 0) {
                      let data238 = data237.propagation;
                      if (typeof data238 !== "string") {
                        const err171 = { instancePath: instancePath + "/volumes/" + i25 + "/bind/propagation", schemaPath: "#/properties/volumes/items/properties/bind/properties/propagation/type", keyword: "type", params: { type: "string" } };
                        if (vErrors === null) {
                          vErrors = [err171];
                        } else {
                          vErrors.push(err171);
                        }
                        errors++;
                      }
                      if (!(data238 === "private" || data238 === "rprivate" || data238 === "shared" || data238 === "rshared" || data238 === "slave" || data238 === "rslave")) {
                        const err172 = { instancePath: instancePath + "/volumes/" + i25 + "/bind/propagation", schemaPath: "#/properties/volumes/items/properties/bind/properties/propagation/enum", keyword: "enum", params: { allowedValues: schema22.properties.volumes.items.properties.bind.properties.propagation.enum } };
                        if (vErrors === null) {
                          vErrors = [err172];
                        } else {
                          vErrors.push(err172);
                        }
                        errors++;
                      }
                    }
                    if (data237.create_host_path !== void 0) {
                      if (!validate61(data237.create_host_path, { instancePath: instancePath + "/volumes/" + i25 + "/bind/create_host_path", parentData: data237, parentDataProperty: "create_host_path", rootData, dynamicAnchors })) {
                        vErrors = vErrors === null ? validate61.errors : vErrors.concat(validate61.errors);
                        errors = vErrors.length;
                      }
                    }
                    if (data237.recursive !== void 0) {
                      let data240 = data237.recursive;
                      if (typeof data240 !== "string") {
                        const err173 = { instancePath: instancePath + "/volumes/" + i25 + "/bind/recursive", schemaPath: "#/properties/volumes/items/properties/bind/properties/recursive/type", keyword: "type", params: { type: "string" } };
                        if (vErrors === null) {
                          vErrors = [err173];
                        } else {
                          vErrors.push(err173);
                        }
                        errors++;
                      }
                      if (!(data240 === "enabled" || data240 === "disabled" || data240 === "writable" || data240 === "readonly")) {
                        const err174 = { instancePath: instancePath + "/volumes/" + i25 + "/bind/recursive", schemaPath: "#/properties/volumes/items/properties/bind/properties/recursive/enum", keyword: "enum", params: { allowedValues: schema22.properties.volumes.items.properties.bind.properties.recursive.enum } };
                        if (vErrors === null) {
                          vErrors = [err174];
                        } else {
                          vErrors.push(err174);
                        }
                        errors++;
                      }
                    }
                    if (data237.selinux !== void 0) {
                      let data241 = data237.selinux;
                      if (typeof data241 !== "string") {
                        const err175 = { instancePath: instancePath + "/volumes/" + i25 + "/bind/selinux", schemaPath: "#/properties/volumes/items/properties/bind/properties/selinux/type", keyword: "type", params: { type: "string" } };
                        if (vErrors === null) {
                          vErrors = [err175];
                        } else {
                          vErrors.push(err175);
                        }
                        errors++;
                      }
                      if (!(data241 === "z" || data241 === "Z")) {
                        const err176 = { instancePath: instancePath + "/volumes/" + i25 + "/bind/selinux", schemaPath: "#/properties/volumes/items/properties/bind/properties/selinux/enum", keyword: "enum", params: { allowedValues: schema22.properties.volumes.items.properties.bind.properties.selinux.enum } };
                        if (vErrors === null) {
                          vErrors = [err176];
                        } else {
                          vErrors.push(err176);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err177 = { instancePath: instancePath + "/volumes/" + i25 + "/bind", schemaPath: "#/properties/volumes/items/properties/bind/type", keyword: "type", params: { type: "object" } };
                    if (vErrors === null) {
                      vErrors = [err177];
                    } else {
                      vErrors.push(err177);
                    }
                    errors++;
                  }
                }
                if (data231.volume !== void 0) {
                  let data242 = data231.volume;
                  if (data242 && typeof data242 == "object" && !Array.isArray(data242)) {
                    for (const key28 in data242) {
                      if (!(key28 === "nocopy" || key28 === "subpath" || key28 === "labels" || pattern3.test(key28))) {
                        const err178 = { instancePath: instancePath + "/volumes/" + i25 + "/volume", schemaPath: "#/properties/volumes/items/properties/volume/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key28 } };
                        if (vErrors === null) {
                          vErrors = [err178];
                        } else {
                          vErrors.push(err178);
                        }
                        errors++;
                      }
                    }
                    if (data242.nocopy !== void 0) {
                      if (!validate61(data242.nocopy, { instancePath: instancePath + "/volumes/" + i25 + "/volume/nocopy", parentData: data242, parentDataProperty: "nocopy", rootData, dynamicAnchors })) {
                        vErrors = vErrors === null ? validate61.errors : vErrors.concat(validate61.errors);
                        errors = vErrors.length;
                      }
                    }
                    if (data242.subpath !== void 0) {
                      if (typeof data242.subpath !== "string") {
                        const err179 = { instancePath: instancePath + "/volumes/" + i25 + "/volume/subpath", schemaPath: "#/properties/volumes/items/properties/volume/properties/subpath/type", keyword: "type", params: { type: "string" } };
                        if (vErrors === null) {
                          vErrors = [err179];
                        } else {
                          vErrors.push(err179);
                        }
                        errors++;
                      }
                    }
                    if (data242.labels !== void 0) {
                      if (!validate59(data242.labels, { instancePath: instancePath + "/volumes/" + i25 + "/volume/labels", parentData: data242, parentDataProperty: "labels", rootData, dynamicAnchors })) {
                        vErrors = vErrors === null ? validate59.errors : vErrors.concat(validate59.errors);
                        errors = vErrors.length;
                      }
                    }
                  } else {
                    const err180 = { instancePath: instancePath + "/volumes/" + i25 + "/volume", schemaPath: "#/properties/volumes/items/properties/volume/type", keyword: "type", params: { type: "object" } };
                    if (vErrors === null) {
                      vErrors = [err180];
                    } else {
                      vErrors.push(err180);
                    }
                    errors++;
                  }
                }
                if (data231.tmpfs !== void 0) {
                  let data246 = data231.tmpfs;
                  if (data246 && typeof data246 == "object" && !Array.isArray(data246)) {
                    for (const key29 in data246) {
                      if (!(key29 === "size" || key29 === "mode" || pattern3.test(key29))) {
                        const err181 = { instancePath: instancePath + "/volumes/" + i25 + "/tmpfs", schemaPath: "#/properties/volumes/items/properties/tmpfs/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key29 } };
                        if (vErrors === null) {
                          vErrors = [err181];
                        } else {
                          vErrors.push(err181);
                        }
                        errors++;
                      }
                    }
                    if (data246.size !== void 0) {
                      if (!validate69(data246.size, { instancePath: instancePath + "/volumes/" + i25 + "/tmpfs/size", parentData: data246, parentDataProperty: "size", rootData, dynamicAnchors })) {
                        vErrors = vErrors === null ? validate69.errors : vErrors.concat(validate69.errors);
                        errors = vErrors.length;
                      }
                    }
                    if (data246.mode !== void 0) {
                      if (!validate63(data246.mode, { instancePath: instancePath + "/volumes/" + i25 + "/tmpfs/mode", parentData: data246, parentDataProperty: "mode", rootData, dynamicAnchors })) {
                        vErrors = vErrors === null ? validate63.errors : vErrors.concat(validate63.errors);
                        errors = vErrors.length;
                      }
                    }
                  } else {
                    const err182 = { instancePath: instancePath + "/volumes/" + i25 + "/tmpfs", schemaPath: "#/properties/volumes/items/properties/tmpfs/type", keyword: "type", params: { type: "object" } };
                    if (vErrors === null) {
                      vErrors = [err182];
                    } else {
                      vErrors.push(err182);
                    }
                    errors++;
                  }
                }
                if (data231.image !== void 0) {
                  let data249 = data231.image;
                  if (data249 && typeof data249 == "object" && !Array.isArray(data249)) {
                    for (const key30 in data249) {
                      if (!(key30 === "subpath" || pattern3.test(key30))) {
                        const err183 = { instancePath: instancePath + "/volumes/" + i25 + "/image", schemaPath: "#/properties/volumes/items/properties/image/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key30 } };
                        if (vErrors === null) {
                          vErrors = [err183];
                        } else {
                          vErrors.push(err183);
                        }
                        errors++;
                      }
                    }
                    if (data249.subpath !== void 0) {
                      if (typeof data249.subpath !== "string") {
                        const err184 = { instancePath: instancePath + "/volumes/" + i25 + "/image/subpath", schemaPath: "#/properties/volumes/items/properties/image/properties/subpath/type", keyword: "type", params: { type: "string" } };
                        if (vErrors === null) {
                          vErrors = [err184];
                        } else {
                          vErrors.push(err184);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err185 = { instancePath: instancePath + "/volumes/" + i25 + "/image", schemaPath: "#/properties/volumes/items/properties/image/type", keyword: "type", params: { type: "object" } };
                    if (vErrors === null) {
                      vErrors = [err185];
                    } else {
                      vErrors.push(err185);
                    }
                    errors++;
                  }
                }
              }
            }
          } else {
            const err186 = { instancePath: instancePath + "/volumes", schemaPath: "#/properties/volumes/type", keyword: "type", params: { type: "array" } };
            if (vErrors === null) {
              vErrors = [err186];
            } else {
              vErrors.push(err186);
            }
            errors++;
          }
        }
        if (data.volumes_from !== void 0) {
          if (!validate75(data.volumes_from, { instancePath: instancePath + "/volumes_from", parentData: data, parentDataProperty: "volumes_from", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate75.errors : vErrors.concat(validate75.errors);
            errors = vErrors.length;
          }
        }
        if (data.working_dir !== void 0) {
          if (typeof data.working_dir !== "string") {
            const err187 = { instancePath: instancePath + "/working_dir", schemaPath: "#/properties/working_dir/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err187];
            } else {
              vErrors.push(err187);
            }
            errors++;
          }
        }
        if (data["x-tsorch"] !== void 0) {
          let data253 = data["x-tsorch"];
          if (data253 && typeof data253 == "object" && !Array.isArray(data253)) {
            for (const key31 in data253) {
              if (!(key31 === "probes")) {
                const err188 = { instancePath: instancePath + "/x-tsorch", schemaPath: "#/properties/x-tsorch/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key31 } };
                if (vErrors === null) {
                  vErrors = [err188];
                } else {
                  vErrors.push(err188);
                }
                errors++;
              }
            }
            if (data253.probes !== void 0) {
              let data254 = data253.probes;
              if (data254 && typeof data254 == "object" && !Array.isArray(data254)) {
                for (const key32 in data254) {
                  if (!(key32 === "start" || key32 === "ready" || key32 === "live")) {
                    const err189 = { instancePath: instancePath + "/x-tsorch/probes", schemaPath: "#/properties/x-tsorch/properties/probes/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key32 } };
                    if (vErrors === null) {
                      vErrors = [err189];
                    } else {
                      vErrors.push(err189);
                    }
                    errors++;
                  }
                }
                if (data254.start !== void 0) {
                  if (!validate207(data254.start, { instancePath: instancePath + "/x-tsorch/probes/start", parentData: data254, parentDataProperty: "start", rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate207.errors : vErrors.concat(validate207.errors);
                    errors = vErrors.length;
                  }
                }
                if (data254.ready !== void 0) {
                  if (!validate207(data254.ready, { instancePath: instancePath + "/x-tsorch/probes/ready", parentData: data254, parentDataProperty: "ready", rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate207.errors : vErrors.concat(validate207.errors);
                    errors = vErrors.length;
                  }
                }
                if (data254.live !== void 0) {
                  if (!validate207(data254.live, { instancePath: instancePath + "/x-tsorch/probes/live", parentData: data254, parentDataProperty: "live", rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate207.errors : vErrors.concat(validate207.errors);
                    errors = vErrors.length;
                  }
                }
              } else {
                const err190 = { instancePath: instancePath + "/x-tsorch/probes", schemaPath: "#/properties/x-tsorch/properties/probes/type", keyword: "type", params: { type: "object" } };
                if (vErrors === null) {
                  vErrors = [err190];
                } else {
                  vErrors.push(err190);
                }
                errors++;
              }
            }
          } else {
            const err191 = { instancePath: instancePath + "/x-tsorch", schemaPath: "#/properties/x-tsorch/type", keyword: "type", params: { type: "object" } };
            if (vErrors === null) {
              vErrors = [err191];
            } else {
              vErrors.push(err191);
            }
            errors++;
          }
        }
      } else {
        const err192 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" } };
        if (vErrors === null) {
          vErrors = [err192];
        } else {
          vErrors.push(err192);
        }
        errors++;
      }
      validate58.errors = vErrors;
      return errors === 0;
    }
    validate58.evaluated = { "props": true, "dynamicProps": false, "dynamicItems": false };
    var schema40 = { "type": ["boolean", "string", "object"], "properties": { "name": { "type": "string" } }, "patternProperties": { "^x-": {} }, "additionalProperties": false };
    function validate222(data, { instancePath = "", parentData, parentDataProperty, rootData = data, dynamicAnchors = {} } = {}) {
      let vErrors = null;
      let errors = 0;
      const evaluated0 = validate222.evaluated;
      if (evaluated0.dynamicProps) {
        evaluated0.props = void 0;
      }
      if (evaluated0.dynamicItems) {
        evaluated0.items = void 0;
      }
      if (typeof data !== "boolean" && typeof data !== "string" && !(data && typeof data == "object" && !Array.isArray(data))) {
        const err0 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: schema40.type } };
        if (vErrors === null) {
          vErrors = [err0];
        } else {
          vErrors.push(err0);
        }
        errors++;
      }
      if (data && typeof data == "object" && !Array.isArray(data)) {
        for (const key0 in data) {
          if (!(key0 === "name" || pattern3.test(key0))) {
            const err1 = { instancePath, schemaPath: "#/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key0 } };
            if (vErrors === null) {
              vErrors = [err1];
            } else {
              vErrors.push(err1);
            }
            errors++;
          }
        }
        if (data.name !== void 0) {
          if (typeof data.name !== "string") {
            const err2 = { instancePath: instancePath + "/name", schemaPath: "#/properties/name/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err2];
            } else {
              vErrors.push(err2);
            }
            errors++;
          }
        }
      }
      validate222.errors = vErrors;
      return errors === 0;
    }
    validate222.evaluated = { "props": true, "dynamicProps": false, "dynamicItems": false };
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
        if (data.services === void 0) {
          const err0 = { instancePath, schemaPath: "#/required", keyword: "required", params: { missingProperty: "services" } };
          if (vErrors === null) {
            vErrors = [err0];
          } else {
            vErrors.push(err0);
          }
          errors++;
        }
        for (const key0 in data) {
          if (!(func1.call(schema19.properties, key0) || pattern3.test(key0))) {
            const err1 = { instancePath, schemaPath: "#/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key0 } };
            if (vErrors === null) {
              vErrors = [err1];
            } else {
              vErrors.push(err1);
            }
            errors++;
          }
        }
        if (data.version !== void 0) {
          if (!validate53(data.version, { instancePath: instancePath + "/version", parentData: data, parentDataProperty: "version", rootData, dynamicAnchors })) {
            vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
            errors = vErrors.length;
          }
        }
        if (data.name !== void 0) {
          if (typeof data.name !== "string") {
            const err2 = { instancePath: instancePath + "/name", schemaPath: "#/properties/name/type", keyword: "type", params: { type: "string" } };
            if (vErrors === null) {
              vErrors = [err2];
            } else {
              vErrors.push(err2);
            }
            errors++;
          }
        }
        if (data.include !== void 0) {
          let data2 = data.include;
          if (Array.isArray(data2)) {
            const len0 = data2.length;
            for (let i0 = 0; i0 < len0; i0++) {
              let data3 = data2[i0];
              if (typeof data3 !== "string" && !(data3 && typeof data3 == "object" && !Array.isArray(data3))) {
                const err3 = { instancePath: instancePath + "/include/" + i0, schemaPath: "#/properties/include/items/type", keyword: "type", params: { type: schema19.properties.include.items.type } };
                if (vErrors === null) {
                  vErrors = [err3];
                } else {
                  vErrors.push(err3);
                }
                errors++;
              }
              if (data3 && typeof data3 == "object" && !Array.isArray(data3)) {
                for (const key1 in data3) {
                  if (!(key1 === "path" || key1 === "project_directory" || key1 === "env_file" || pattern3.test(key1))) {
                    const err4 = { instancePath: instancePath + "/include/" + i0, schemaPath: "#/properties/include/items/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key1 } };
                    if (vErrors === null) {
                      vErrors = [err4];
                    } else {
                      vErrors.push(err4);
                    }
                    errors++;
                  }
                }
                if (data3.path !== void 0) {
                  if (!validate55(data3.path, { instancePath: instancePath + "/include/" + i0 + "/path", parentData: data3, parentDataProperty: "path", rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate55.errors : vErrors.concat(validate55.errors);
                    errors = vErrors.length;
                  }
                }
                if (data3.project_directory !== void 0) {
                  if (typeof data3.project_directory !== "string") {
                    const err5 = { instancePath: instancePath + "/include/" + i0 + "/project_directory", schemaPath: "#/properties/include/items/properties/project_directory/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err5];
                    } else {
                      vErrors.push(err5);
                    }
                    errors++;
                  }
                }
                if (data3.env_file !== void 0) {
                  if (!validate55(data3.env_file, { instancePath: instancePath + "/include/" + i0 + "/env_file", parentData: data3, parentDataProperty: "env_file", rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate55.errors : vErrors.concat(validate55.errors);
                    errors = vErrors.length;
                  }
                }
              }
            }
          } else {
            const err6 = { instancePath: instancePath + "/include", schemaPath: "#/properties/include/type", keyword: "type", params: { type: "array" } };
            if (vErrors === null) {
              vErrors = [err6];
            } else {
              vErrors.push(err6);
            }
            errors++;
          }
        }
        if (data.services !== void 0) {
          let data7 = data.services;
          if (data7 && typeof data7 == "object" && !Array.isArray(data7)) {
            if (Object.keys(data7).length > 2e3) {
              const err7 = { instancePath: instancePath + "/services", schemaPath: "#/properties/services/maxProperties", keyword: "maxProperties", params: { limit: 2e3 } };
              if (vErrors === null) {
                vErrors = [err7];
              } else {
                vErrors.push(err7);
              }
              errors++;
            }
            for (const key2 in data7) {
              const _errs16 = errors;
              if (typeof key2 === "string") {
                if (!pattern5.test(key2)) {
                  const err8 = { instancePath: instancePath + "/services", schemaPath: "#/properties/services/propertyNames/pattern", keyword: "pattern", params: { pattern: "^[a-zA-Z0-9._-]+$" }, propertyName: key2 };
                  if (vErrors === null) {
                    vErrors = [err8];
                  } else {
                    vErrors.push(err8);
                  }
                  errors++;
                }
              }
              var valid4 = _errs16 === errors;
              if (!valid4) {
                const err9 = { instancePath: instancePath + "/services", schemaPath: "#/properties/services/propertyNames", keyword: "propertyNames", params: { propertyName: key2 } };
                if (vErrors === null) {
                  vErrors = [err9];
                } else {
                  vErrors.push(err9);
                }
                errors++;
              }
            }
            for (const key3 in data7) {
              if (!validate58(data7[key3], { instancePath: instancePath + "/services/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"), parentData: data7, parentDataProperty: key3, rootData, dynamicAnchors })) {
                vErrors = vErrors === null ? validate58.errors : vErrors.concat(validate58.errors);
                errors = vErrors.length;
              }
            }
          } else {
            const err10 = { instancePath: instancePath + "/services", schemaPath: "#/properties/services/type", keyword: "type", params: { type: "object" } };
            if (vErrors === null) {
              vErrors = [err10];
            } else {
              vErrors.push(err10);
            }
            errors++;
          }
        }
        if (data.networks !== void 0) {
          let data9 = data.networks;
          if (data9 && typeof data9 == "object" && !Array.isArray(data9)) {
            for (const key4 in data9) {
              const _errs21 = errors;
              if (typeof key4 === "string") {
                if (!pattern5.test(key4)) {
                  const err11 = { instancePath: instancePath + "/networks", schemaPath: "#/properties/networks/propertyNames/pattern", keyword: "pattern", params: { pattern: "^[a-zA-Z0-9._-]+$" }, propertyName: key4 };
                  if (vErrors === null) {
                    vErrors = [err11];
                  } else {
                    vErrors.push(err11);
                  }
                  errors++;
                }
              }
              var valid6 = _errs21 === errors;
              if (!valid6) {
                const err12 = { instancePath: instancePath + "/networks", schemaPath: "#/properties/networks/propertyNames", keyword: "propertyNames", params: { propertyName: key4 } };
                if (vErrors === null) {
                  vErrors = [err12];
                } else {
                  vErrors.push(err12);
                }
                errors++;
              }
            }
            for (const key5 in data9) {
              let data10 = data9[key5];
              if (!(data10 && typeof data10 == "object" && !Array.isArray(data10)) && data10 !== null) {
                const err13 = { instancePath: instancePath + "/networks/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/networks/additionalProperties/type", keyword: "type", params: { type: schema19.properties.networks.additionalProperties.type } };
                if (vErrors === null) {
                  vErrors = [err13];
                } else {
                  vErrors.push(err13);
                }
                errors++;
              }
              if (data10 && typeof data10 == "object" && !Array.isArray(data10)) {
                for (const key6 in data10) {
                  if (!(func1.call(schema19.properties.networks.additionalProperties.properties, key6) || pattern3.test(key6))) {
                    const err14 = { instancePath: instancePath + "/networks/" + key5.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/networks/additionalProperties/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key6 } };
                    if (vErrors === null) {
                      vErrors = [err14];
                    } else {
                      vErrors.push(err14);
                    }
                    errors++;
                  }
                }
                if (data10.name !== void 0) {
                  if (typeof data10.name !== "string") {
                    const err15 = { instancePath: instancePath + "/networks/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/name", schemaPath: "#/properties/networks/additionalProperties/properties/name/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err15];
                    } else {
                      vErrors.push(err15);
                    }
                    errors++;
                  }
                }
                if (data10.driver !== void 0) {
                  if (typeof data10.driver !== "string") {
                    const err16 = { instancePath: instancePath + "/networks/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/driver", schemaPath: "#/properties/networks/additionalProperties/properties/driver/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err16];
                    } else {
                      vErrors.push(err16);
                    }
                    errors++;
                  }
                }
                if (data10.driver_opts !== void 0) {
                  let data13 = data10.driver_opts;
                  if (data13 && typeof data13 == "object" && !Array.isArray(data13)) {
                    for (const key7 in data13) {
                      let data14 = data13[key7];
                      if (typeof data14 !== "string" && !(typeof data14 == "number" && isFinite(data14)) && typeof data14 !== "boolean") {
                        const err17 = { instancePath: instancePath + "/networks/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/driver_opts/" + key7.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/networks/additionalProperties/properties/driver_opts/additionalProperties/type", keyword: "type", params: { type: schema19.properties.networks.additionalProperties.properties.driver_opts.additionalProperties.type } };
                        if (vErrors === null) {
                          vErrors = [err17];
                        } else {
                          vErrors.push(err17);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err18 = { instancePath: instancePath + "/networks/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/driver_opts", schemaPath: "#/properties/networks/additionalProperties/properties/driver_opts/type", keyword: "type", params: { type: "object" } };
                    if (vErrors === null) {
                      vErrors = [err18];
                    } else {
                      vErrors.push(err18);
                    }
                    errors++;
                  }
                }
                if (data10.ipam !== void 0) {
                  let data15 = data10.ipam;
                  if (data15 && typeof data15 == "object" && !Array.isArray(data15)) {
                    for (const key8 in data15) {
                      if (!(key8 === "driver" || key8 === "config" || key8 === "options" || pattern3.test(key8))) {
                        const err19 = { instancePath: instancePath + "/networks/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/ipam", schemaPath: "#/properties/networks/additionalProperties/properties/ipam/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key8 } };
                        if (vErrors === null) {
                          vErrors = [err19];
                        } else {
                          vErrors.push(err19);
                        }
                        errors++;
                      }
                    }
                    if (data15.driver !== void 0) {
                      if (typeof data15.driver !== "string") {
                        const err20 = { instancePath: instancePath + "/networks/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/ipam/driver", schemaPath: "#/properties/networks/additionalProperties/properties/ipam/properties/driver/type", keyword: "type", params: { type: "string" } };
                        if (vErrors === null) {
                          vErrors = [err20];
                        } else {
                          vErrors.push(err20);
                        }
                        errors++;
                      }
                    }
                    if (data15.config !== void 0) {
                      let data17 = data15.config;
                      if (Array.isArray(data17)) {
                        const len1 = data17.length;
                        for (let i1 = 0; i1 < len1; i1++) {
                          let data18 = data17[i1];
                          if (data18 && typeof data18 == "object" && !Array.isArray(data18)) {
                            for (const key9 in data18) {
                              if (!(key9 === "subnet" || key9 === "ip_range" || key9 === "gateway" || key9 === "aux_addresses" || pattern3.test(key9))) {
                                const err21 = { instancePath: instancePath + "/networks/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/ipam/config/" + i1, schemaPath: "#/properties/networks/additionalProperties/properties/ipam/properties/config/items/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key9 } };
                                if (vErrors === null) {
                                  vErrors = [err21];
                                } else {
                                  vErrors.push(err21);
                                }
                                errors++;
                              }
                            }
                            if (data18.subnet !== void 0) {
                              if (typeof data18.subnet !== "string") {
                                const err22 = { instancePath: instancePath + "/networks/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/ipam/config/" + i1 + "/subnet", schemaPath: "#/properties/networks/additionalProperties/properties/ipam/properties/config/items/properties/subnet/type", keyword: "type", params: { type: "string" } };
                                if (vErrors === null) {
                                  vErrors = [err22];
                                } else {
                                  vErrors.push(err22);
                                }
                                errors++;
                              }
                            }
                            if (data18.ip_range !== void 0) {
                              if (typeof data18.ip_range !== "string") {
                                const err23 = { instancePath: instancePath + "/networks/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/ipam/config/" + i1 + "/ip_range", schemaPath: "#/properties/networks/additionalProperties/properties/ipam/properties/config/items/properties/ip_range/type", keyword: "type", params: { type: "string" } };
                                if (vErrors === null) {
                                  vErrors = [err23];
                                } else {
                                  vErrors.push(err23);
                                }
                                errors++;
                              }
                            }
                            if (data18.gateway !== void 0) {
                              if (typeof data18.gateway !== "string") {
                                const err24 = { instancePath: instancePath + "/networks/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/ipam/config/" + i1 + "/gateway", schemaPath: "#/properties/networks/additionalProperties/properties/ipam/properties/config/items/properties/gateway/type", keyword: "type", params: { type: "string" } };
                                if (vErrors === null) {
                                  vErrors = [err24];
                                } else {
                                  vErrors.push(err24);
                                }
                                errors++;
                              }
                            }
                            if (data18.aux_addresses !== void 0) {
                              let data22 = data18.aux_addresses;
                              if (data22 && typeof data22 == "object" && !Array.isArray(data22)) {
                                for (const key10 in data22) {
                                  if (typeof data22[key10] !== "string") {
                                    const err25 = { instancePath: instancePath + "/networks/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/ipam/config/" + i1 + "/aux_addresses/" + key10.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/networks/additionalProperties/properties/ipam/properties/config/items/properties/aux_addresses/additionalProperties/type", keyword: "type", params: { type: "string" } };
                                    if (vErrors === null) {
                                      vErrors = [err25];
                                    } else {
                                      vErrors.push(err25);
                                    }
                                    errors++;
                                  }
                                }
                              } else {
                                const err26 = { instancePath: instancePath + "/networks/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/ipam/config/" + i1 + "/aux_addresses", schemaPath: "#/properties/networks/additionalProperties/properties/ipam/properties/config/items/properties/aux_addresses/type", keyword: "type", params: { type: "object" } };
                                if (vErrors === null) {
                                  vErrors = [err26];
                                } else {
                                  vErrors.push(err26);
                                }
                                errors++;
                              }
                            }
                          } else {
                            const err27 = { instancePath: instancePath + "/networks/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/ipam/config/" + i1, schemaPath: "#/properties/networks/additionalProperties/properties/ipam/properties/config/items/type", keyword: "type", params: { type: "object" } };
                            if (vErrors === null) {
                              vErrors = [err27];
                            } else {
                              vErrors.push(err27);
                            }
                            errors++;
                          }
                        }
                      } else {
                        const err28 = { instancePath: instancePath + "/networks/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/ipam/config", schemaPath: "#/properties/networks/additionalProperties/properties/ipam/properties/config/type", keyword: "type", params: { type: "array" } };
                        if (vErrors === null) {
                          vErrors = [err28];
                        } else {
                          vErrors.push(err28);
                        }
                        errors++;
                      }
                    }
                    if (data15.options !== void 0) {
                      let data24 = data15.options;
                      if (data24 && typeof data24 == "object" && !Array.isArray(data24)) {
                        for (const key11 in data24) {
                          let data25 = data24[key11];
                          if (typeof data25 !== "string" && !(typeof data25 == "number" && isFinite(data25)) && typeof data25 !== "boolean") {
                            const err29 = { instancePath: instancePath + "/networks/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/ipam/options/" + key11.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/networks/additionalProperties/properties/ipam/properties/options/additionalProperties/type", keyword: "type", params: { type: schema19.properties.networks.additionalProperties.properties.ipam.properties.options.additionalProperties.type } };
                            if (vErrors === null) {
                              vErrors = [err29];
                            } else {
                              vErrors.push(err29);
                            }
                            errors++;
                          }
                        }
                      } else {
                        const err30 = { instancePath: instancePath + "/networks/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/ipam/options", schemaPath: "#/properties/networks/additionalProperties/properties/ipam/properties/options/type", keyword: "type", params: { type: "object" } };
                        if (vErrors === null) {
                          vErrors = [err30];
                        } else {
                          vErrors.push(err30);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err31 = { instancePath: instancePath + "/networks/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/ipam", schemaPath: "#/properties/networks/additionalProperties/properties/ipam/type", keyword: "type", params: { type: "object" } };
                    if (vErrors === null) {
                      vErrors = [err31];
                    } else {
                      vErrors.push(err31);
                    }
                    errors++;
                  }
                }
                if (data10.external !== void 0) {
                  if (!validate222(data10.external, { instancePath: instancePath + "/networks/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/external", parentData: data10, parentDataProperty: "external", rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate222.errors : vErrors.concat(validate222.errors);
                    errors = vErrors.length;
                  }
                }
                if (data10.internal !== void 0) {
                  if (!validate61(data10.internal, { instancePath: instancePath + "/networks/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/internal", parentData: data10, parentDataProperty: "internal", rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate61.errors : vErrors.concat(validate61.errors);
                    errors = vErrors.length;
                  }
                }
                if (data10.attachable !== void 0) {
                  if (!validate61(data10.attachable, { instancePath: instancePath + "/networks/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/attachable", parentData: data10, parentDataProperty: "attachable", rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate61.errors : vErrors.concat(validate61.errors);
                    errors = vErrors.length;
                  }
                }
                if (data10.enable_ipv4 !== void 0) {
                  if (!validate61(data10.enable_ipv4, { instancePath: instancePath + "/networks/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/enable_ipv4", parentData: data10, parentDataProperty: "enable_ipv4", rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate61.errors : vErrors.concat(validate61.errors);
                    errors = vErrors.length;
                  }
                }
                if (data10.enable_ipv6 !== void 0) {
                  if (!validate61(data10.enable_ipv6, { instancePath: instancePath + "/networks/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/enable_ipv6", parentData: data10, parentDataProperty: "enable_ipv6", rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate61.errors : vErrors.concat(validate61.errors);
                    errors = vErrors.length;
                  }
                }
                if (data10.labels !== void 0) {
                  if (!validate59(data10.labels, { instancePath: instancePath + "/networks/" + key5.replace(/~/g, "~0").replace(/\//g, "~1") + "/labels", parentData: data10, parentDataProperty: "labels", rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate59.errors : vErrors.concat(validate59.errors);
                    errors = vErrors.length;
                  }
                }
              }
            }
          } else {
            const err32 = { instancePath: instancePath + "/networks", schemaPath: "#/properties/networks/type", keyword: "type", params: { type: "object" } };
            if (vErrors === null) {
              vErrors = [err32];
            } else {
              vErrors.push(err32);
            }
            errors++;
          }
        }
        if (data.volumes !== void 0) {
          let data32 = data.volumes;
          if (data32 && typeof data32 == "object" && !Array.isArray(data32)) {
            for (const key12 in data32) {
              const _errs69 = errors;
              if (typeof key12 === "string") {
                if (!pattern5.test(key12)) {
                  const err33 = { instancePath: instancePath + "/volumes", schemaPath: "#/properties/volumes/propertyNames/pattern", keyword: "pattern", params: { pattern: "^[a-zA-Z0-9._-]+$" }, propertyName: key12 };
                  if (vErrors === null) {
                    vErrors = [err33];
                  } else {
                    vErrors.push(err33);
                  }
                  errors++;
                }
              }
              var valid16 = _errs69 === errors;
              if (!valid16) {
                const err34 = { instancePath: instancePath + "/volumes", schemaPath: "#/properties/volumes/propertyNames", keyword: "propertyNames", params: { propertyName: key12 } };
                if (vErrors === null) {
                  vErrors = [err34];
                } else {
                  vErrors.push(err34);
                }
                errors++;
              }
            }
            for (const key13 in data32) {
              let data33 = data32[key13];
              if (!(data33 && typeof data33 == "object" && !Array.isArray(data33)) && data33 !== null) {
                const err35 = { instancePath: instancePath + "/volumes/" + key13.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/volumes/additionalProperties/type", keyword: "type", params: { type: schema19.properties.volumes.additionalProperties.type } };
                if (vErrors === null) {
                  vErrors = [err35];
                } else {
                  vErrors.push(err35);
                }
                errors++;
              }
              if (data33 && typeof data33 == "object" && !Array.isArray(data33)) {
                for (const key14 in data33) {
                  if (!(key14 === "name" || key14 === "driver" || key14 === "driver_opts" || key14 === "external" || key14 === "labels" || pattern3.test(key14))) {
                    const err36 = { instancePath: instancePath + "/volumes/" + key13.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/volumes/additionalProperties/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key14 } };
                    if (vErrors === null) {
                      vErrors = [err36];
                    } else {
                      vErrors.push(err36);
                    }
                    errors++;
                  }
                }
                if (data33.name !== void 0) {
                  if (typeof data33.name !== "string") {
                    const err37 = { instancePath: instancePath + "/volumes/" + key13.replace(/~/g, "~0").replace(/\//g, "~1") + "/name", schemaPath: "#/properties/volumes/additionalProperties/properties/name/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err37];
                    } else {
                      vErrors.push(err37);
                    }
                    errors++;
                  }
                }
                if (data33.driver !== void 0) {
                  if (typeof data33.driver !== "string") {
                    const err38 = { instancePath: instancePath + "/volumes/" + key13.replace(/~/g, "~0").replace(/\//g, "~1") + "/driver", schemaPath: "#/properties/volumes/additionalProperties/properties/driver/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err38];
                    } else {
                      vErrors.push(err38);
                    }
                    errors++;
                  }
                }
                if (data33.driver_opts !== void 0) {
                  let data36 = data33.driver_opts;
                  if (data36 && typeof data36 == "object" && !Array.isArray(data36)) {
                    for (const key15 in data36) {
                      let data37 = data36[key15];
                      if (typeof data37 !== "string" && !(typeof data37 == "number" && isFinite(data37)) && typeof data37 !== "boolean") {
                        const err39 = { instancePath: instancePath + "/volumes/" + key13.replace(/~/g, "~0").replace(/\//g, "~1") + "/driver_opts/" + key15.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/volumes/additionalProperties/properties/driver_opts/additionalProperties/type", keyword: "type", params: { type: schema19.properties.volumes.additionalProperties.properties.driver_opts.additionalProperties.type } };
                        if (vErrors === null) {
                          vErrors = [err39];
                        } else {
                          vErrors.push(err39);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err40 = { instancePath: instancePath + "/volumes/" + key13.replace(/~/g, "~0").replace(/\//g, "~1") + "/driver_opts", schemaPath: "#/properties/volumes/additionalProperties/properties/driver_opts/type", keyword: "type", params: { type: "object" } };
                    if (vErrors === null) {
                      vErrors = [err40];
                    } else {
                      vErrors.push(err40);
                    }
                    errors++;
                  }
                }
                if (data33.external !== void 0) {
                  if (!validate222(data33.external, { instancePath: instancePath + "/volumes/" + key13.replace(/~/g, "~0").replace(/\//g, "~1") + "/external", parentData: data33, parentDataProperty: "external", rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate222.errors : vErrors.concat(validate222.errors);
                    errors = vErrors.length;
                  }
                }
                if (data33.labels !== void 0) {
                  if (!validate59(data33.labels, { instancePath: instancePath + "/volumes/" + key13.replace(/~/g, "~0").replace(/\//g, "~1") + "/labels", parentData: data33, parentDataProperty: "labels", rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate59.errors : vErrors.concat(validate59.errors);
                    errors = vErrors.length;
                  }
                }
              }
            }
          } else {
            const err41 = { instancePath: instancePath + "/volumes", schemaPath: "#/properties/volumes/type", keyword: "type", params: { type: "object" } };
            if (vErrors === null) {
              vErrors = [err41];
            } else {
              vErrors.push(err41);
            }
            errors++;
          }
        }
        if (data.configs !== void 0) {
          let data40 = data.configs;
          if (data40 && typeof data40 == "object" && !Array.isArray(data40)) {
            for (const key16 in data40) {
              const _errs87 = errors;
              if (typeof key16 === "string") {
                if (!pattern5.test(key16)) {
                  const err42 = { instancePath: instancePath + "/configs", schemaPath: "#/properties/configs/propertyNames/pattern", keyword: "pattern", params: { pattern: "^[a-zA-Z0-9._-]+$" }, propertyName: key16 };
                  if (vErrors === null) {
                    vErrors = [err42];
                  } else {
                    vErrors.push(err42);
                  }
                  errors++;
                }
              }
              var valid20 = _errs87 === errors;
              if (!valid20) {
                const err43 = { instancePath: instancePath + "/configs", schemaPath: "#/properties/configs/propertyNames", keyword: "propertyNames", params: { propertyName: key16 } };
                if (vErrors === null) {
                  vErrors = [err43];
                } else {
                  vErrors.push(err43);
                }
                errors++;
              }
            }
            for (const key17 in data40) {
              let data41 = data40[key17];
              if (data41 && typeof data41 == "object" && !Array.isArray(data41)) {
                for (const key18 in data41) {
                  if (!(func1.call(schema19.properties.configs.additionalProperties.properties, key18) || pattern3.test(key18))) {
                    const err44 = { instancePath: instancePath + "/configs/" + key17.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/configs/additionalProperties/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key18 } };
                    if (vErrors === null) {
                      vErrors = [err44];
                    } else {
                      vErrors.push(err44);
                    }
                    errors++;
                  }
                }
                if (data41.name !== void 0) {
                  if (typeof data41.name !== "string") {
                    const err45 = { instancePath: instancePath + "/configs/" + key17.replace(/~/g, "~0").replace(/\//g, "~1") + "/name", schemaPath: "#/properties/configs/additionalProperties/properties/name/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err45];
                    } else {
                      vErrors.push(err45);
                    }
                    errors++;
                  }
                }
                if (data41.file !== void 0) {
                  if (typeof data41.file !== "string") {
                    const err46 = { instancePath: instancePath + "/configs/" + key17.replace(/~/g, "~0").replace(/\//g, "~1") + "/file", schemaPath: "#/properties/configs/additionalProperties/properties/file/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err46];
                    } else {
                      vErrors.push(err46);
                    }
                    errors++;
                  }
                }
                if (data41.environment !== void 0) {
                  if (typeof data41.environment !== "string") {
                    const err47 = { instancePath: instancePath + "/configs/" + key17.replace(/~/g, "~0").replace(/\//g, "~1") + "/environment", schemaPath: "#/properties/configs/additionalProperties/properties/environment/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err47];
                    } else {
                      vErrors.push(err47);
                    }
                    errors++;
                  }
                }
                if (data41.content !== void 0) {
                  if (typeof data41.content !== "string") {
                    const err48 = { instancePath: instancePath + "/configs/" + key17.replace(/~/g, "~0").replace(/\//g, "~1") + "/content", schemaPath: "#/properties/configs/additionalProperties/properties/content/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err48];
                    } else {
                      vErrors.push(err48);
                    }
                    errors++;
                  }
                }
                if (data41.external !== void 0) {
                  if (!validate222(data41.external, { instancePath: instancePath + "/configs/" + key17.replace(/~/g, "~0").replace(/\//g, "~1") + "/external", parentData: data41, parentDataProperty: "external", rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate222.errors : vErrors.concat(validate222.errors);
                    errors = vErrors.length;
                  }
                }
                if (data41.labels !== void 0) {
                  if (!validate59(data41.labels, { instancePath: instancePath + "/configs/" + key17.replace(/~/g, "~0").replace(/\//g, "~1") + "/labels", parentData: data41, parentDataProperty: "labels", rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate59.errors : vErrors.concat(validate59.errors);
                    errors = vErrors.length;
                  }
                }
                if (data41.driver !== void 0) {
                  if (typeof data41.driver !== "string") {
                    const err49 = { instancePath: instancePath + "/configs/" + key17.replace(/~/g, "~0").replace(/\//g, "~1") + "/driver", schemaPath: "#/properties/configs/additionalProperties/properties/driver/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err49];
                    } else {
                      vErrors.push(err49);
                    }
                    errors++;
                  }
                }
                if (data41.driver_opts !== void 0) {
                  let data49 = data41.driver_opts;
                  if (data49 && typeof data49 == "object" && !Array.isArray(data49)) {
                    for (const key19 in data49) {
                      let data50 = data49[key19];
                      if (typeof data50 !== "string" && !(typeof data50 == "number" && isFinite(data50)) && typeof data50 !== "boolean") {
                        const err50 = { instancePath: instancePath + "/configs/" + key17.replace(/~/g, "~0").replace(/\//g, "~1") + "/driver_opts/" + key19.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/configs/additionalProperties/properties/driver_opts/additionalProperties/type", keyword: "type", params: { type: schema19.properties.configs.additionalProperties.properties.driver_opts.additionalProperties.type } };
                        if (vErrors === null) {
                          vErrors = [err50];
                        } else {
                          vErrors.push(err50);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err51 = { instancePath: instancePath + "/configs/" + key17.replace(/~/g, "~0").replace(/\//g, "~1") + "/driver_opts", schemaPath: "#/properties/configs/additionalProperties/properties/driver_opts/type", keyword: "type", params: { type: "object" } };
                    if (vErrors === null) {
                      vErrors = [err51];
                    } else {
                      vErrors.push(err51);
                    }
                    errors++;
                  }
                }
                if (data41.template_driver !== void 0) {
                  if (typeof data41.template_driver !== "string") {
                    const err52 = { instancePath: instancePath + "/configs/" + key17.replace(/~/g, "~0").replace(/\//g, "~1") + "/template_driver", schemaPath: "#/properties/configs/additionalProperties/properties/template_driver/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err52];
                    } else {
                      vErrors.push(err52);
                    }
                    errors++;
                  }
                }
              } else {
                const err53 = { instancePath: instancePath + "/configs/" + key17.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/configs/additionalProperties/type", keyword: "type", params: { type: "object" } };
                if (vErrors === null) {
                  vErrors = [err53];
                } else {
                  vErrors.push(err53);
                }
                errors++;
              }
            }
          } else {
            const err54 = { instancePath: instancePath + "/configs", schemaPath: "#/properties/configs/type", keyword: "type", params: { type: "object" } };
            if (vErrors === null) {
              vErrors = [err54];
            } else {
              vErrors.push(err54);
            }
            errors++;
          }
        }
        if (data.secrets !== void 0) {
          let data52 = data.secrets;
          if (data52 && typeof data52 == "object" && !Array.isArray(data52)) {
            for (const key20 in data52) {
              const _errs113 = errors;
              if (typeof key20 === "string") {
                if (!pattern5.test(key20)) {
                  const err55 = { instancePath: instancePath + "/secrets", schemaPath: "#/properties/secrets/propertyNames/pattern", keyword: "pattern", params: { pattern: "^[a-zA-Z0-9._-]+$" }, propertyName: key20 };
                  if (vErrors === null) {
                    vErrors = [err55];
                  } else {
                    vErrors.push(err55);
                  }
                  errors++;
                }
              }
              var valid24 = _errs113 === errors;
              if (!valid24) {
                const err56 = { instancePath: instancePath + "/secrets", schemaPath: "#/properties/secrets/propertyNames", keyword: "propertyNames", params: { propertyName: key20 } };
                if (vErrors === null) {
                  vErrors = [err56];
                } else {
                  vErrors.push(err56);
                }
                errors++;
              }
            }
            for (const key21 in data52) {
              let data53 = data52[key21];
              if (data53 && typeof data53 == "object" && !Array.isArray(data53)) {
                for (const key22 in data53) {
                  if (!(key22 === "name" || key22 === "file" || key22 === "environment" || key22 === "external" || key22 === "labels" || key22 === "driver" || key22 === "driver_opts" || key22 === "template_driver" || pattern3.test(key22))) {
                    const err57 = { instancePath: instancePath + "/secrets/" + key21.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/secrets/additionalProperties/additionalProperties", keyword: "additionalProperties", params: { additionalProperty: key22 } };
                    if (vErrors === null) {
                      vErrors = [err57];
                    } else {
                      vErrors.push(err57);
                    }
                    errors++;
                  }
                }
                if (data53.name !== void 0) {
                  if (typeof data53.name !== "string") {
                    const err58 = { instancePath: instancePath + "/secrets/" + key21.replace(/~/g, "~0").replace(/\//g, "~1") + "/name", schemaPath: "#/properties/secrets/additionalProperties/properties/name/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err58];
                    } else {
                      vErrors.push(err58);
                    }
                    errors++;
                  }
                }
                if (data53.file !== void 0) {
                  if (typeof data53.file !== "string") {
                    const err59 = { instancePath: instancePath + "/secrets/" + key21.replace(/~/g, "~0").replace(/\//g, "~1") + "/file", schemaPath: "#/properties/secrets/additionalProperties/properties/file/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err59];
                    } else {
                      vErrors.push(err59);
                    }
                    errors++;
                  }
                }
                if (data53.environment !== void 0) {
                  if (typeof data53.environment !== "string") {
                    const err60 = { instancePath: instancePath + "/secrets/" + key21.replace(/~/g, "~0").replace(/\//g, "~1") + "/environment", schemaPath: "#/properties/secrets/additionalProperties/properties/environment/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err60];
                    } else {
                      vErrors.push(err60);
                    }
                    errors++;
                  }
                }
                if (data53.external !== void 0) {
                  if (!validate222(data53.external, { instancePath: instancePath + "/secrets/" + key21.replace(/~/g, "~0").replace(/\//g, "~1") + "/external", parentData: data53, parentDataProperty: "external", rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate222.errors : vErrors.concat(validate222.errors);
                    errors = vErrors.length;
                  }
                }
                if (data53.labels !== void 0) {
                  if (!validate59(data53.labels, { instancePath: instancePath + "/secrets/" + key21.replace(/~/g, "~0").replace(/\//g, "~1") + "/labels", parentData: data53, parentDataProperty: "labels", rootData, dynamicAnchors })) {
                    vErrors = vErrors === null ? validate59.errors : vErrors.concat(validate59.errors);
                    errors = vErrors.length;
                  }
                }
                if (data53.driver !== void 0) {
                  if (typeof data53.driver !== "string") {
                    const err61 = { instancePath: instancePath + "/secrets/" + key21.replace(/~/g, "~0").replace(/\//g, "~1") + "/driver", schemaPath: "#/properties/secrets/additionalProperties/properties/driver/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err61];
                    } else {
                      vErrors.push(err61);
                    }
                    errors++;
                  }
                }
                if (data53.driver_opts !== void 0) {
                  let data60 = data53.driver_opts;
                  if (data60 && typeof data60 == "object" && !Array.isArray(data60)) {
                    for (const key23 in data60) {
                      let data61 = data60[key23];
                      if (typeof data61 !== "string" && !(typeof data61 == "number" && isFinite(data61)) && typeof data61 !== "boolean") {
                        const err62 = { instancePath: instancePath + "/secrets/" + key21.replace(/~/g, "~0").replace(/\//g, "~1") + "/driver_opts/" + key23.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/secrets/additionalProperties/properties/driver_opts/additionalProperties/type", keyword: "type", params: { type: schema19.properties.secrets.additionalProperties.properties.driver_opts.additionalProperties.type } };
                        if (vErrors === null) {
                          vErrors = [err62];
                        } else {
                          vErrors.push(err62);
                        }
                        errors++;
                      }
                    }
                  } else {
                    const err63 = { instancePath: instancePath + "/secrets/" + key21.replace(/~/g, "~0").replace(/\//g, "~1") + "/driver_opts", schemaPath: "#/properties/secrets/additionalProperties/properties/driver_opts/type", keyword: "type", params: { type: "object" } };
                    if (vErrors === null) {
                      vErrors = [err63];
                    } else {
                      vErrors.push(err63);
                    }
                    errors++;
                  }
                }
                if (data53.template_driver !== void 0) {
                  if (typeof data53.template_driver !== "string") {
                    const err64 = { instancePath: instancePath + "/secrets/" + key21.replace(/~/g, "~0").replace(/\//g, "~1") + "/template_driver", schemaPath: "#/properties/secrets/additionalProperties/properties/template_driver/type", keyword: "type", params: { type: "string" } };
                    if (vErrors === null) {
                      vErrors = [err64];
                    } else {
                      vErrors.push(err64);
                    }
                    errors++;
                  }
                }
              } else {
                const err65 = { instancePath: instancePath + "/secrets/" + key21.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/secrets/additionalProperties/type", keyword: "type", params: { type: "object" } };
                if (vErrors === null) {
                  vErrors = [err65];
                } else {
                  vErrors.push(err65);
                }
                errors++;
              }
            }
          } else {
            const err66 = { instancePath: instancePath + "/secrets", schemaPath: "#/properties/secrets/type", keyword: "type", params: { type: "object" } };
            if (vErrors === null) {
              vErrors = [err66];
            } else {
              vErrors.push(err66);
            }
            errors++;
          }
        }
        if (data.models !== void 0) {
          let data63 = data.models;
          if (data63 && typeof data63 == "object" && !Array.isArray(data63)) {
            for (const key24 in data63) {
              const _errs137 = errors;
              if (typeof key24 === "string") {
                if (!pattern5.test(key24)) {
                  const err67 = { instancePath: instancePath + "/models", schemaPath: "#/properties/models/propertyNames/pattern", keyword: "pattern", params: { pattern: "^[a-zA-Z0-9._-]+$" }, propertyName: key24 };
                  if (vErrors === null) {
                    vErrors = [err67];
                  } else {
                    vErrors.push(err67);
                  }
                  errors++;
                }
              }
              var valid28 = _errs137 === errors;
              if (!valid28) {
                const err68 = { instancePath: instancePath + "/models", schemaPath: "#/properties/models/propertyNames", keyword: "propertyNames", params: { propertyName: key24 } };
                if (vErrors === null) {
                  vErrors = [err68];
                } else {
                  vErrors.push(err68);
                }
                errors++;
              }
            }
            for (const key25 in data63) {
              let data64 = data63[key25];
              if (!(data64 && typeof data64 == "object" && !Array.isArray(data64))) {
                const err69 = { instancePath: instancePath + "/models/" + key25.replace(/~/g, "~0").replace(/\//g, "~1"), schemaPath: "#/properties/models/additionalProperties/type", keyword: "type", params: { type: "object" } };
                if (vErrors === null) {
                  vErrors = [err69];
                } else {
                  vErrors.push(err69);
                }
                errors++;
              }
            }
          } else {
            const err70 = { instancePath: instancePath + "/models", schemaPath: "#/properties/models/type", keyword: "type", params: { type: "object" } };
            if (vErrors === null) {
              vErrors = [err70];
            } else {
              vErrors.push(err70);
            }
            errors++;
          }
        }
      } else {
        const err71 = { instancePath, schemaPath: "#/type", keyword: "type", params: { type: "object" } };
        if (vErrors === null) {
          vErrors = [err71];
        } else {
          vErrors.push(err71);
        }
        errors++;
      }
      validate52.errors = vErrors;
      return errors === 0;
    }
    validate52.evaluated = { "props": true, "dynamicProps": false, "dynamicItems": false };
  }
});
export const validateStack: Validator = require_stdin().validateStack;
export const stackKeys: KeyTree = {"version":{},"name":{},"include":{"[]":{"path":{"[]":{}},"project_directory":{},"env_file":{"[]":{}}}},"services":{"*":{"annotations":{"*":{},"[]":{}},"attach":{},"blkio_config":{"weight":{},"weight_device":{"[]":{"path":{},"weight":{}}},"device_read_bps":{"[]":{"path":{},"rate":{}}},"device_read_iops":{"[]":{"path":{},"rate":{}}},"device_write_bps":{"[]":{"path":{},"rate":{}}},"device_write_iops":{"[]":{"path":{},"rate":{}}}},"build":{"context":{},"dockerfile":{},"dockerfile_inline":{},"entitlements":{"[]":{}},"args":{"*":{},"[]":{}},"ssh":{"*":{},"[]":{}},"labels":{"*":{},"[]":{}},"cache_from":{"[]":{}},"cache_to":{"[]":{}},"no_cache":{},"no_cache_filter":{"[]":{}},"additional_contexts":{"*":{},"[]":{}},"network":{},"provenance":{},"sbom":{},"pull":{},"target":{},"shm_size":{},"extra_hosts":{"*":{"[]":{}},"[]":{}},"isolation":{},"privileged":{},"secrets":{"[]":{"source":{},"target":{},"uid":{},"gid":{},"mode":{}}},"tags":{"[]":{}},"ulimits":{"*":{"soft":{},"hard":{}}},"platforms":{"[]":{}}},"cap_add":{"[]":{}},"cap_drop":{"[]":{}},"cgroup":{},"cgroup_parent":{},"command":{"[]":{}},"configs":{"[]":{"source":{},"target":{},"uid":{},"gid":{},"mode":{}}},"container_name":{},"cpu_count":{},"cpu_percent":{},"cpu_period":{},"cpu_quota":{},"cpu_rt_period":{},"cpu_rt_runtime":{},"cpu_shares":{},"cpus":{},"cpuset":{},"credential_spec":{"config":{},"file":{},"registry":{}},"depends_on":{"*":{"condition":{},"restart":{},"required":{}},"[]":{}},"deploy":{"mode":{},"replicas":{},"endpoint_mode":{},"labels":{"*":{},"[]":{}},"placement":{"constraints":{"[]":{}},"preferences":{"[]":{}},"max_replicas_per_node":{}},"resources":{"limits":{"cpus":{},"memory":{},"pids":{}},"reservations":{"cpus":{},"memory":{},"devices":{"[]":{"driver":{},"count":{},"device_ids":{"[]":{}},"capabilities":{"[]":{}},"options":{"*":{},"[]":{}}}},"generic_resources":{"[]":{}}}},"restart_policy":{"condition":{},"delay":{},"max_attempts":{},"window":{}},"update_config":{"parallelism":{},"delay":{},"order":{},"monitor":{},"failure_action":{},"max_failure_ratio":{}},"rollback_config":{"parallelism":{},"delay":{},"order":{},"monitor":{},"failure_action":{},"max_failure_ratio":{}}},"develop":{"watch":{"[]":{"path":{},"action":{},"target":{},"ignore":{"[]":{}},"include":{"[]":{}},"initial_sync":{},"exec":{}}}},"device_cgroup_rules":{"[]":{}},"devices":{"[]":{"source":{},"target":{},"permissions":{}}},"dns":{"[]":{}},"dns_opt":{"[]":{}},"dns_search":{"[]":{}},"domainname":{},"entrypoint":{"[]":{}},"env_file":{"[]":{"path":{},"required":{},"format":{}}},"environment":{"*":{},"[]":{}},"expose":{"[]":{}},"extends":{"service":{},"file":{}},"external_links":{"[]":{}},"extra_hosts":{"*":{"[]":{}},"[]":{}},"gpus":{"[]":{"driver":{},"count":{},"device_ids":{"[]":{}},"capabilities":{"[]":{}},"options":{"*":{},"[]":{}}}},"group_add":{"[]":{}},"healthcheck":{"test":{"[]":{}},"interval":{},"timeout":{},"retries":{},"start_period":{},"start_interval":{},"disable":{}},"hostname":{},"image":{},"init":{},"ipc":{},"isolation":{},"label_file":{"[]":{}},"labels":{"*":{},"[]":{}},"links":{"[]":{}},"logging":{"driver":{},"options":{"max-size":{},"max-file":{},"max-age":{},"mode":{},"max-buffer-size":{},"*":{}}},"mac_address":{},"mem_limit":{},"mem_reservation":{},"mem_swappiness":{},"memswap_limit":{},"models":{"[]":{}},"network_mode":{},"networks":{"*":{"aliases":{"[]":{}},"ipv4_address":{},"ipv6_address":{},"link_local_ips":{"[]":{}},"mac_address":{},"interface_name":{},"driver_opts":{"*":{}},"priority":{},"gw_priority":{}},"[]":{}},"oom_kill_disable":{},"oom_score_adj":{},"pid":{},"pids_limit":{},"platform":{},"ports":{"[]":{"name":{},"target":{},"published":{},"host_ip":{},"protocol":{},"app_protocol":{},"mode":{}}},"post_start":{"[]":{"command":{"[]":{}},"image":{},"user":{},"privileged":{},"working_dir":{},"environment":{"*":{},"[]":{}},"per_replica":{}}},"pre_start":{"[]":{"command":{"[]":{}},"image":{},"user":{},"privileged":{},"working_dir":{},"environment":{"*":{},"[]":{}},"per_replica":{}}},"pre_stop":{"[]":{"command":{"[]":{}},"image":{},"user":{},"privileged":{},"working_dir":{},"environment":{"*":{},"[]":{}},"per_replica":{}}},"privileged":{},"profiles":{"[]":{}},"provider":{"type":{},"options":{"*":{}}},"pull_policy":{},"pull_refresh_after":{},"read_only":{},"restart":{},"runtime":{},"scale":{},"secrets":{"[]":{"source":{},"target":{},"uid":{},"gid":{},"mode":{}}},"security_opt":{"[]":{}},"shm_size":{},"stdin_open":{},"stop_grace_period":{},"stop_signal":{},"storage_opt":{},"sysctls":{"*":{},"[]":{}},"tmpfs":{"[]":{}},"tty":{},"ulimits":{"*":{"soft":{},"hard":{}}},"use_api_socket":{},"user":{},"userns_mode":{},"uts":{},"volumes":{"[]":{"type":{},"source":{},"target":{},"read_only":{},"consistency":{},"bind":{"propagation":{},"create_host_path":{},"recursive":{},"selinux":{}},"volume":{"nocopy":{},"subpath":{},"labels":{"*":{},"[]":{}}},"tmpfs":{"size":{},"mode":{}},"image":{"subpath":{}}}},"volumes_from":{"[]":{}},"working_dir":{},"x-tsorch":{"probes":{"start":{"http":{},"tcp":{},"grpc":{},"unix":{},"exec":{"[]":{}},"address":{},"path":{},"method":{},"headers":{"*":{}},"status":{},"body":{},"service":{},"interval":{},"timeout":{},"retries":{},"successes":{},"start_period":{},"start_interval":{}},"ready":{"http":{},"tcp":{},"grpc":{},"unix":{},"exec":{"[]":{}},"address":{},"path":{},"method":{},"headers":{"*":{}},"status":{},"body":{},"service":{},"interval":{},"timeout":{},"retries":{},"successes":{},"start_period":{},"start_interval":{}},"live":{"http":{},"tcp":{},"grpc":{},"unix":{},"exec":{"[]":{}},"address":{},"path":{},"method":{},"headers":{"*":{}},"status":{},"body":{},"service":{},"interval":{},"timeout":{},"retries":{},"successes":{},"start_period":{},"start_interval":{}}}}}},"networks":{"*":{"name":{},"driver":{},"driver_opts":{"*":{}},"ipam":{"driver":{},"config":{"[]":{"subnet":{},"ip_range":{},"gateway":{},"aux_addresses":{"*":{}}}},"options":{"*":{}}},"external":{"name":{}},"internal":{},"attachable":{},"enable_ipv4":{},"enable_ipv6":{},"labels":{"*":{},"[]":{}}}},"volumes":{"*":{"name":{},"driver":{},"driver_opts":{"*":{}},"external":{"name":{}},"labels":{"*":{},"[]":{}}}},"configs":{"*":{"name":{},"file":{},"environment":{},"content":{},"external":{"name":{}},"labels":{"*":{},"[]":{}},"driver":{},"driver_opts":{"*":{}},"template_driver":{}}},"secrets":{"*":{"name":{},"file":{},"environment":{},"external":{"name":{}},"labels":{"*":{},"[]":{}},"driver":{},"driver_opts":{"*":{}},"template_driver":{}}},"models":{"*":{}}};
