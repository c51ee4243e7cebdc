import type { TaskOutput } from '../ecs/neighbours.ts';
import { eventsOf, type LogsState, streamsOf } from './logs-state.ts';

/** AWS's limit on one event before 2025; a longer line is cut in pieces. */
const lineBytesMax = 256 * 1024;

/**
 * What a container's awslogs driver does (ECS-DG/using_awslogs): an event per line, empty lines left out. Output for a
 * group that is gone is lost; a stream that is missing is made again.
 */
export function taskOutput(state: LogsState): TaskOutput {
  const { clock } = state.world;
  const createStream = (group: string, stream: string): void => {
    const streams = streamsOf(state, group);
    if (!streams.get(stream)) streams.put(stream, { name: stream, createdAt: clock.now() });
  };
  return {
    hasGroup: (group) => state.groups.get(group) !== undefined,
    createGroup(name) {
      if (state.groups.get(name)) return;
      state.groups.put(name, { name, createdAt: clock.now(), retentionInDays: null, class: 'STANDARD', tags: {} });
    },
    createStream,
    append(group, stream, text) {
      const record = state.groups.get(group);
      if (!record) return;
      createStream(group, stream);
      const events = eventsOf(state, record);
      const now = clock.now();
      for (const line of text.split(/\r?\n/)) for (const piece of pieces(line)) events.append(stream, now, piece, now);
    },
  };
}

/** Cut between characters, so that each piece has at most `lineBytesMax` bytes of UTF-8. */
function pieces(line: string): readonly string[] {
  if (line === '') return [];
  // No character of UTF-16 takes more than three bytes in UTF-8.
  if (line.length * 3 <= lineBytesMax || Buffer.byteLength(line) <= lineBytesMax) return [line];
  const at = Math.floor(lineBytesMax / 3);
  const splitsPair = /^[\uDC00-\uDFFF]/.test(line.slice(at, at + 1));
  const cut = splitsPair ? at - 1 : at;
  return [line.slice(0, cut), ...pieces(line.slice(cut))];
}
