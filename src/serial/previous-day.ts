const MONTHS = [
  ...(['January', 'February', 'March', 'April', 'May', 'June'] as const),
  ...(['July', 'August', 'September', 'October', 'November', 'December'] as const),
];

/** "on 3 March 2026"; on the day of the present ECG "at 09:15 on 3 March 2026". By the clock of the recording. */
export function dayOf(recordedAt: string | undefined, presentRecordedAt: string | undefined): string {
  const [, year, month, day, time] = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d:\d\d))?/.exec(recordedAt ?? '') ?? [];
  const name = MONTHS[Number(month) - 1];
  if (day === undefined || name === undefined) return 'at a time that is not known';
  const isSameDay = recordedAt?.slice(0, 10) === presentRecordedAt?.slice(0, 10);
  return `${isSameDay && time !== undefined ? `at ${time} ` : ''}on ${Number(day)} ${name} ${year}`;
}
