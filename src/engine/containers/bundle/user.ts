/** `[user][:group]`, split once for config.json (numbers) and shim.json (the rest). */
export interface ProcessUser {
  readonly uid: number;
  readonly gid: number;
  /** Must be looked up in the image's passwd and group by the shim: a name, or a number whose group is not told. */
  readonly lookUp?: string;
}

const numericPair = /^(\d{1,10}):(\d{1,10})$/;
/** Above this a number is neither an id nor a name (CVE-2024-40635); the shim refuses it. */
const largestId = 2 ** 31 - 1;

export function processUser(user: string | undefined): ProcessUser {
  if (user === undefined) return { uid: 0, gid: 0 };
  const [, uid, gid] = numericPair.exec(user) ?? [];
  if (uid === undefined || Number(uid) > largestId || Number(gid) > largestId) {
    return { uid: 0, gid: 0, lookUp: user };
  }
  return { uid: Number(uid), gid: Number(gid) };
}
