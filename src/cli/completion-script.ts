/** Shells that can be taught teal's words. */
export const shells = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof shells)[number];

/**
 * What a shell reads once, at its start. It asks teal for the words that fit, so that a new release needs no new script.
 * The first column of an answer is the word, the second what it is.
 */
export function completionScript(shell: Shell): string {
  switch (shell) {
    case 'bash':
      return bash;
    case 'zsh':
      return zsh;
    case 'fish':
      return fish;
  }
}

const bash = `_teal() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do COMPREPLY+=("\${line%%$'\\t'*}"); done \\
    < <("\${COMP_WORDS[0]}" words -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _teal teal
`;

// A colon divides a word from what it is, and belongs to no word of teal's.
const zsh = `#compdef teal
_teal() {
  local -a found
  local line
  for line in "\${(@f)$("\${words[1]}" words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] && found+=("\${line/$'\\t'/:}")
  done
  if (( \${#found} )); then _describe teal found; else _files; fi
}
compdef _teal teal
`;

const fish = `function __teal_words
    set -l words (commandline -opc) (commandline -ct)
    $words[1] words -- $words[2..] 2>/dev/null
end
complete -c teal -n 'test (count (__teal_words)) -gt 0' -f
complete -c teal -a '(__teal_words)'
`;
