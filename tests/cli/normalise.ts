/** Takes out of a text what differs from run to run: ids, hashes, times, ports, measured numbers. */
export function normalise(text: string, folder = ''): string {
  const revisions = new Map<string, string>();
  const replaced = (folder === '' ? text : text.replaceAll(folder, '<folder>'))
    .replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z/g, '<time>')
    .replace(/\b0[0-9A-HJKMNP-TV-Z]{25}\b/g, '<deployment>')
    .replace(/\b0[0-9A-HJKMNP-TV-Z]{9}\b/g, '<id>')
    .replace(/sha256:[0-9a-f]{12,64}/g, 'sha256:<digest>')
    .replace(/ *http:\/\/127\.0\.0\.1:\d+/g, '  http://127.0.0.1:<port>')
    .replace(/until \d\d:\d\d UTC/g, 'until <hh:mm> UTC')
    .replace(/after \d+ ms/g, 'after <n> ms')
    .replace(/than \d+ ms/g, 'than <n> ms')
    .replace(/100 %\. [\d. smin]+, [\d,]+ answers probed/g, '100 %. <n> s, <n> answers probed')
    .replace(/had ([\d.]+ %) for [\d.]+ s/g, 'had $1 for <n> s')
    .replace(/(failed|of) [\d,]+ (of [\d,]+ )?probes?\b/g, '$1 <n> probes')
    // Where a status line is folded depends on how long ago it was.
    .replace(/,\n +(?=(blue|green) warm for)/g, ', ')
    // Whether a short canary was probed at all is chance.
    .replace(/for <n> s and failed <n> probes/g, 'for <n> s')
    .replace(/[\d,]+ answers, (\d+) failed; old [\d,]+, (\d+) failed/g, '<n> answers, $1 failed; old <n>, $2 failed')
    .replace(/(prepare|provision|verify|shift|bake|roll back) [\d.]+ s/g, '$1 <n> s')
    .replace(/(just now|\d+ (s|min) ago)/g, '<ago>')
    .replace(/(succeeded|failed|rolled-back) after [\d.]+ s/g, '$1 after <n> s')
    .replace(/warm for \d+ min(?! )/g, 'warm for <n> min')
    // Told only where the machine's Node is another one.
    .replace(/^FROM node:.*\n/gm, '')
    .replace(/ in [\d.]+ s\.$/gm, ' in <n> s.')
    .replace(/\d tasks stopped|a task stopped/g, '<n> tasks stopped')
    .replace(/^\d\d:\d\d {2}/gm, '<mm:ss>  ')
    .replace(/[\w.-]+ at [\w.-]+:\d+/g, '<who> at <where>')
    .replace(/since \d\d:\d\d:\d\dZ/g, 'since <hh:mm:ss>Z')
    .replace(/\bby (?!the|teal|digest)[\w@.-]+(?=[:,\n]|$)/gm, 'by <who>')
    .replace(/ \((?!.*%)(\w+)\)(?= *→|$)/gm, ' (<who>)');
  return replaced.replace(/\b(?=[0-9a-f]*\d)[0-9a-f]{12}\b/g, (hash) => {
    const name = revisions.get(hash) ?? `<rev-${revisions.size + 1}>`;
    revisions.set(hash, name);
    return name;
  });
}
