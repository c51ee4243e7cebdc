/** Reason phrases of what a load balancer answers by itself. ALB/load-balancer-troubleshooting. */
const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Authorization Required',
  405: 'Method Not Allowed',
  408: 'Request Time-out',
  414: 'Request-URI Too Large',
  463: 'Bad Request',
  464: 'Bad Request',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
  505: 'HTTP Version Not Supported',
  561: 'Unauthorized',
};

export const reasonOf = (status: number): string => reasons[status] ?? 'Unknown';

/** The small page that a load balancer answers with when it has no response of a target. */
export function errorPage(status: number): string {
  const title = `${status} ${reasonOf(status)}`;
  return [
    '<html>',
    `<head><title>${title}</title></head>`,
    '<body>',
    `<center><h1>${title}</h1></center>`,
    '</body>',
    '</html>',
    '',
  ].join('\r\n');
}
