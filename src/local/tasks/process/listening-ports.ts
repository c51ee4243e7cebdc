import { readdir, readFile, readlink } from 'node:fs/promises';

/** A socket in the state LISTEN. */
export interface ListeningPort {
  readonly port: number;
  /** Only this machine's loopback addresses reach it. */
  readonly loopbackOnly: boolean;
}

/**
 * What the processes of a group listen on, from /proc; undefined where there is none (macOS).
 * See proc(5): in /proc/net/tcp{,6} the state 0A is LISTEN.
 */
export async function listeningPorts(group: number): Promise<readonly ListeningPort[] | undefined> {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'latin1').catch(() => '')),
  );
  if (tables.every((table) => table === '')) return undefined;
  const inodes = await socketInodes(group);
  const found = tables.flatMap((table) =>
    table.split('\n').flatMap((line): readonly ListeningPort[] => {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
      if (state !== '0A' || !inodes.has(inode)) return [];
      const [address = '', port = ''] = local.split(':');
      return [{ port: Number.parseInt(port, 16), loopbackOnly: isLoopback(address) }];
    }),
  );
  // An application may listen on IPv4 and IPv6 both.
  return [...new Set(found.map(({ port }) => port))].map((port) => ({
    port,
    loopbackOnly: found.every((one) => one.port !== port || one.loopbackOnly),
  }));
}

/** Addresses are words in the machine's byte order; teal's platforms are little-endian. */
const isLoopback = (address: string): boolean =>
  /^[0-9A-F]{6}7F$/.test(address) ||
  address === '00000000000000000000000001000000' ||
  /^0000000000000000FFFF0000[0-9A-F]{6}7F$/.test(address);

async function socketInodes(group: number): Promise<ReadonlySet<string>> {
  const inodes = new Set<string>();
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    // The name in brackets may have blanks; after it come state, parent and group.
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
    if (stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2] !== String(group)) continue;
    for (const descriptor of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
      const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
      const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
      if (inode) inodes.add(inode);
    }
  }
  return inodes;
}
