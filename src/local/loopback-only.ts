import type { IncomingHttpHeaders } from 'node:http';

/**
 * Why a request is refused, or undefined. The runtime starts programs, and so nothing that a web page makes a browser
 * send may reach it: neither from another origin nor through a name that was bent to this machine.
 */
export function refusalOf(headers: IncomingHttpHeaders): string | undefined {
  if (headers.origin !== undefined) {
    return `Requests of web pages are refused (Origin: ${headers.origin}): the local runtime starts programs.`;
  }
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'none') {
    return `Requests of web pages are refused (Sec-Fetch-Site: ${String(site)}): the local runtime starts programs.`;
  }
  if (!isLoopback(headers.host ?? '')) {
    return `Host "${headers.host ?? ''}" is not this machine: use 127.0.0.1 or localhost.`;
  }
  return undefined;
}

function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '[::1]' ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name)
  );
}
