import type { ForecastDocument } from '../forecast/document.js';
import { curvesPicture, frontierCurve, sweepPicture } from './forecast-pictures.js';
import { choiceWords, trustLines } from './forecast-text.js';
import { bullets, type Content, markup, type Markup } from './markup.js';
import { grouped, written } from './number-format.js';
import { headline, pageText, type Picture, pictureFigure, section, type VerdictMark } from './page.js';
import { ANALYSIS_STYLE, STYLE } from './page-style.js';
import { factList, htmlTable, numeric, scrollable } from './table.js';

/** Parts of the page of a forecast. */
interface ForecastPage {
  readonly document: ForecastDocument;
  /** The files, as the user named them. */
  readonly source: string;
  readonly tool: { readonly name: string; readonly version: string };
}

const MARKS: Readonly<
  Record<ForecastDocument['verdict']['word'], readonly [VerdictMark, className: string]>
> = {
  forgets: ['tick', 'confirmed'],
  nothing: ['pause', 'undecided'],
  breaks: ['cross', 'contradicted'],
};

/** forecast.html: one page that needs nothing but itself, without a script. Same forecast: the same bytes. */
export function forecastHtml({ document, source, tool }: ForecastPage): string {
  const { verdict } = document;
  const [mark, className] = MARKS[verdict.word];
  const sentence = `${verdict.text.slice(0, 1).toUpperCase()}${verdict.text.slice(1)}.`;
  return pageText({
    tool,
    title: `${sentence} ${source}`,
    style: STYLE + ANALYSIS_STYLE,
    skip: { id: 'curves', words: 'Skip to the curves' },
    header: markup`<header class="${className}">
${headline(`${tool.name} · forecast for ${source}`, mark, sentence)}
${factList('run', facts(document))}
</header>`,
    main: markup`${section('curves', 'Curves', pictureFigure(curves(document)))}
${sweepSection(document)}
${orderSection(document)}
${section('trust', 'How far to trust it', bullets(trustLines(document), 'limits'))}`,
    footer: markup`<footer>
<p>All numbers of this page are in forecast.json beside it. ${tool.name} ${tool.version}.</p>
</footer>`,
    script: null,
  });
}

function facts({ setting, translation, stopWindow, goal, limit, procedure, orders }: ForecastDocument) {
  const { batch, steps, alpha, eta } = translation;
  const { name, momentum, weightDecay } = procedure.optimizer;
  const list: (readonly [string, Content])[] = [
    ['stop window', stopWindow ? `steps ${grouped(stopWindow[0])} to ${grouped(stopWindow[1])}` : 'none'],
    ['goal', markup`forget ${goal.quantity} ${written(goal.value)}`],
    ['limit', limit ? markup`retain ${limit.quantity} ${written(limit.value)}` : 'none'],
    ['learning rate', written(setting.lr)],
    ['weights, retain / forget', markup`${written(setting.retainWeight)} / ${written(setting.forgetWeight)}`],
    ['batches, retain / forget', `${grouped(batch.retain)} / ${grouped(batch.forget)}`],
    ['steps', grouped(steps)],
    [
      'optimizer',
      `${name}${momentum > 0 ? `, momentum ${momentum}` : ''}${weightDecay > 0 ? `, decay ${weightDecay}` : ''}`,
    ],
    ['α, η', markup`${written(alpha)}, ${written(eta)}`],
    ['batch orders', grouped(orders.length)],
  ];
  return list;
}

function curves(document: ForecastDocument): Picture {
  const { orders, stopWindow } = document;
  const band =
    orders.length > 1 ? ` Lines: medians over ${orders.length} batch orders; bands: lowest to highest.` : '';
  const window = stopWindow ? ' Green: the steps at which to stop.' : '';
  return {
    title: 'Loss and accuracy by step',
    caption: `Forecast of the linearised network with the true loss.${band}${window}`,
    svg: curvesPicture(document),
  };
}

function sweepSection(document: ForecastDocument): Markup | null {
  if (!document.sweep) return null;
  const { recommended } = document;
  const frontier = frontierCurve(document);
  const choice = recommended
    ? markup`<p>Recommended: learning rate ${written(recommended.lr)}, forget weight ${written(recommended.forgetWeight)}, stopped at step ${grouped(recommended.goalStep!)}: ${choiceWords(document)}.</p>`
    : markup`<p>Recommended: none. The forecast is that of the middle of the grid.</p>`;
  return section(
    'sweep',
    'Sweep',
    markup`${choice}
${pictureFigure({
  title: 'What every setting does',
  caption: `${document.orders.length > 1 ? 'By the first batch order. ' : ''}Nothing: neither goal nor limit within the steps. Forgets: the goal comes first. Breaks: the limit is left before or at the goal. Frame: recommended.`,
  svg: sweepPicture(document),
})}
${frontier && pictureFigure({ title: 'Retain damage against forgetting', caption: 'Every point is a setting and a step: no other forgets as much with less damage.', svg: frontier })}`,
  );
}

/** More samples are in forecast.json. */
const MOST = 200;

function orderSection({ samples, goal }: ForecastDocument): Markup {
  const rows = samples
    .slice(0, MOST)
    .map(({ id, forgottenAt }, k) => [
      k + 1,
      String(id),
      forgottenAt === null ? 'stays' : grouped(forgottenAt),
    ]);
  const what = goal.quantity === 'loss' ? 'its own loss reaches that of the goal' : 'it is answered wrong';
  const caption = `Forget samples in the order in which they go${samples.length > MOST ? `, the first ${MOST} of ${grouped(samples.length)}` : ''}; step: first look at which ${what}`;
  return section(
    'order',
    'Order of forgetting',
    scrollable(
      'Order of forgetting',
      htmlTable([numeric('rank'), numeric('sample'), numeric('step')], rows, {
        caption,
        className: 'samples',
        rowHead: 1,
      }),
      'scroll list',
    ),
  );
}
