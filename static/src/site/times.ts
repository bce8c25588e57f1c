/** Instants that the server writes in its own zone are told in the reader's: `time[datetime]`, to the minute, and the whole of it as a title. */
export function wireTimes(page: ParentNode): void {
  const short = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' });
  const long = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'long' });
  for (const time of page.querySelectorAll<HTMLTimeElement>('time[datetime]')) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    time.textContent = short.format(at);
    time.title = long.format(at);
  }
}
