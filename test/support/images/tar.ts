/** A member of a tar; text = a regular file, absent = a directory. */
export interface TarMember {
  readonly name: string;
  readonly text?: string | Buffer;
  /** Of a symbolic link, which the member then is. */
  readonly target?: string;
}

/** A ustar archive; names up to 100 bytes. */
export function tar(members: readonly TarMember[]): Buffer {
  return Buffer.concat([...members.map(member), Buffer.alloc(1024)]);
}

function member({ name, text, target }: TarMember): Buffer {
  const body = Buffer.from(text ?? '');
  const flag = target !== undefined ? '2' : text === undefined ? '5' : '0';
  const header = Buffer.alloc(512);
  header.write(name, 0, 100);
  header.write(flag === '5' ? '0000755\0' : '0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write(flag, 156);
  header.write(target ?? '', 157, 100);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
}
