/**
 * The five fields of crontab as AWS's six (AAS/scheduled-scaling-using-cron-expressions): with a year, days of week
 * from 1 for Sunday instead of 0, and "?" for the day that is not looked at. Undefined where both days are named,
 * which AWS has no expression for.
 */
export function awsCron(fiveFields: string): string | undefined {
  const [minute, hour, dayOfMonth = '*', month, dayOfWeek = '*'] = fiveFields.split(' ');
  const anyDay = (field: string): boolean => field === '*' || field === '?';
  if (anyDay(dayOfWeek)) return `cron(${minute} ${hour} ${anyDay(dayOfMonth) ? '*' : dayOfMonth} ${month} ? *)`;
  if (!anyDay(dayOfMonth)) return undefined;
  return `cron(${minute} ${hour} ? ${month} ${fromSunday(dayOfWeek)} *)`;
}

/** 0 and 7 are both Sunday in crontab; names, steps (after "/") and counts (after "#") stay as they are. */
const fromSunday = (dayOfWeek: string): string =>
  dayOfWeek.replace(/(?<![/#\d])\d+/g, (day) => String((Number(day) % 7) + 1));
