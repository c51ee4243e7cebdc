/** A day of a calendar. `month` from 1. */
export interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/**
 * `cron(Minutes Hours Day-of-month Month Day-of-week Year)`: AWS's own syntax, with `?`, `L`, `W` and `#`, one of the two
 * days being `?`. Sources: AAS/scheduled-scaling-using-cron-expressions, EventBridge's cron expressions reference.
 */
export interface CronExpression {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  matchesDay(day: Day): boolean;
  /** The last year that it names; undefined where it never ends. */
  readonly lastYear: number | undefined;
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const years = { from: 1970, to: 2199 };

/** Undefined when it is none. */
export function parseCron(text: string): CronExpression | undefined {
  const fields = text.trim().split(/\s+/);
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = fields;
  const minutes = values(minute, 0, 59);
  const hours = values(hour, 0, 23);
  const inMonth = values(month, 1, 12, months);
  const inYear = values(year, years.from, years.to);
  // The two would have to agree: AWS wants one of them to say nothing.
  const onDay =
    dayOfMonth === '?'
      ? weekdayRule(dayOfWeek)
      : dayOfWeek === '?' || dayOfWeek === '*'
        ? monthdayRule(dayOfMonth)
        : undefined;
  if (fields.length !== 6 || !minutes || !hours || !inMonth || !inYear || !onDay) return undefined;
  return {
    minutes,
    hours,
    matchesDay: (day) => inMonth.includes(day.month) && inYear.includes(day.year) && onDay(day),
    lastYear: inYear[inYear.length - 1] === years.to ? undefined : inYear[inYear.length - 1],
  };
}

type DayRule = (day: Day) => boolean;

function monthdayRule(field: string): DayRule | undefined {
  if (field === 'L') return (day) => day.day === daysIn(day);
  if (field === 'LW') return (day) => day.day === nearestWeekday({ ...day, day: daysIn(day) });
  const near = /^(\d{1,2})W$/.exec(field)?.[1];
  if (near !== undefined) {
    const wanted = Number(near);
    if (wanted < 1 || wanted > 31) return undefined;
    return (day) => wanted <= daysIn(day) && day.day === nearestWeekday({ ...day, day: wanted });
  }
  const days = values(field, 1, 31);
  return days && ((day) => days.includes(day.day));
}

function weekdayRule(field: string): DayRule | undefined {
  const [name = '', count] = field.split('#');
  if (count !== undefined) {
    const wanted = values(name, 1, 7, weekdays);
    const nth = Number(count);
    if (wanted?.length !== 1 || !/^[1-5]$/.test(count)) return undefined;
    return (day) => wanted.includes(weekdayOf(day)) && Math.ceil(day.day / 7) === nth;
  }
  const last = /^(\w+)L$/.exec(field)?.[1];
  if (last !== undefined) {
    const wanted = values(last, 1, 7, weekdays);
    return wanted && ((day) => wanted.includes(weekdayOf(day)) && day.day + 7 > daysIn(day));
  }
  const wanted = values(field, 1, 7, weekdays);
  return wanted && ((day) => wanted.includes(weekdayOf(day)));
}

/** Sorted; undefined when the field is malformed. */
function values(
  field: string,
  least: number,
  most: number,
  names: readonly string[] = [],
): readonly number[] | undefined {
  const found = new Set<number>();
  const number = (word: string): number => {
    const named = names.indexOf(word.toUpperCase());
    if (named >= 0) return named + least;
    return /^\d+$/.test(word) ? Number(word) : Number.NaN;
  };
  for (const part of field.split(',')) {
    const [range = '', stepText] = part.split('/');
    const [fromText = '', toText] = range.split('-');
    const from = range === '*' ? least : number(fromText);
    // `5/15` begins at 5 and goes to the end.
    const to = range === '*' || (toText === undefined && stepText !== undefined) ? most : number(toText ?? fromText);
    const step = stepText === undefined ? 1 : /^[1-9]\d*$/.test(stepText) ? Number(stepText) : Number.NaN;
    if (!(from >= least && to <= most && step > 0)) return undefined;
    // FRI-MON goes round the end.
    const end = to < from ? to + (most - least + 1) : to;
    for (let value = from; value <= end; value += step) found.add(value > most ? value - (most - least + 1) : value);
  }
  return [...found].sort((a, b) => a - b);
}

const daysIn = ({ year, month }: Day): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** 1 is Sunday. */
const weekdayOf = ({ year, month, day }: Day): number => new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;

/** The weekday that is nearest to a day, in the same month. */
function nearestWeekday(day: Day): number {
  const last = daysIn(day);
  switch (weekdayOf(day)) {
    case 7:
      return day.day === 1 ? 3 : day.day - 1;
    case 1:
      return day.day === last ? day.day - 2 : day.day + 1;
    default:
      return day.day;
  }
}
