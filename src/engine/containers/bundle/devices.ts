import type { OciDeviceRule } from './oci-config.ts';

const character = (major: number, minor?: number): OciDeviceRule => ({
  allow: true,
  type: 'c',
  major,
  ...(minor === undefined ? {} : { minor }),
  access: 'rwm',
});

/** Everything is denied but making nodes, and using the default devices of the runtime-spec (config-linux.md). */
export const deviceRules: readonly OciDeviceRule[] = [
  { allow: false, access: 'rwm' },
  { allow: true, type: 'c', access: 'm' },
  { allow: true, type: 'b', access: 'm' },
  // null, zero, full, random, urandom
  ...[3, 5, 7, 8, 9].map((minor) => character(1, minor)),
  // tty, console, ptmx, and all of devpts
  ...[0, 1, 2].map((minor) => character(5, minor)),
  character(136),
];
