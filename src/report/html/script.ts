/** The only script of the report; without it everything can be read as well. Opens all, closes all, opens what a link names, and opens for print. */
export const SCRIPT = `(() => {
  const all = [...document.querySelectorAll('details:not(.data)')];
  const setAll = (open) => all.forEach((one) => (one.open = open));
  const buttons = document.querySelector('.buttons');
  buttons.hidden = false;
  buttons.addEventListener('click', ({ target }) => target.name && setAll(target.name === 'open'));
  const follow = () => {
    const linked = document.getElementById(location.hash.slice(1));
    const folded = linked && linked.closest('details');
    if (folded && !folded.open) { folded.open = true; linked.scrollIntoView(); }
  };
  addEventListener('hashchange', follow);
  follow();
  let before = null;
  addEventListener('beforeprint', () => { before = all.map((one) => one.open); setAll(true); });
  addEventListener('afterprint', () => { before?.forEach((open, k) => (all[k].open = open)); before = null; });
})();`;
