import type { ExpectedOutcome, Recommendation } from '../analysis/recommendation.js';
import {
  escapeFigure,
  growthFigure,
  growthNote,
  isHeavyTailed,
  mixingFigure,
  stepFigure,
} from './analysis-figures.js';
import {
  type AnalysisPage,
  type AnsweredAnalysis,
  leftOutLines,
  translationLines,
  marginalReason,
  serves,
  type ServingWindow,
  undecidedReason,
  widestByBatch,
} from './analysis-page.js';
import { samplingName } from '../harness/instance.js';
import { coherenceTable, subsetSection, theoremTable } from './analysis-tables.js';
import { endsFigure } from './ends-figure.js';
import { forgetSection } from './forget-samples.js';
import { type Content, markup, type Markup, withSymbols } from './markup.js';
import { factorText, grouped, percent, plainNumber, written } from './number-format.js';
import { ANALYSIS_STYLE, STYLE } from './page-style.js';
import { isPlainStep, procedureReason, describeProcedure, pushLines } from './procedure-text.js';
import { headline, pageText, section, type VerdictMark } from './page.js';
import { factList, htmlTable, numeric, scrollable } from './table.js';
import { windowPanels } from './window-panels.js';

/** analysis.html: one page that needs nothing but itself, without a script. Same analysis: the same bytes. */
export function analysisHtml(page: AnalysisPage): string {
  const { tool, source, analysis } = page;
  return pageText({
    tool,
    title: `${SENTENCES[outcomeOf(analysis)]} ${source}`,
    style: STYLE + ANALYSIS_STYLE,
    skip: { id: 'samples', words: 'Skip to the forget samples' },
    header: analysisHeader(page),
    main: markup`<section aria-labelledby="numbers">
<h2 id="numbers" class="unseen">Key figures</h2>
<div class="figures">
${mixingFigure(page)}
${growthFigure(page)}
${escapeFigure(page)}
${stepFigure(page)}
${endsFigure(page)}
</div>
</section>
${pushSection(page)}
${recommendationSection(page)}
${forgetSection(page)}
${subsetSection(page)}
${coherenceTable(page)}
${theoremTable(page)}
${limits()}`,
    footer: markup`<footer>
<p>All numbers of this page are in analysis.json beside it. ${tool.name} ${tool.version}.</p>
</footer>`,
    script: null,
  });
}

type Outcome = 'holds' | 'leaves' | 'heavy-tail' | 'undecided' | 'imprecise' | 'marginal';

const MARKS: Readonly<Record<Outcome, VerdictMark>> = {
  holds: 'valley',
  leaves: 'arrow',
  'heavy-tail': 'exclamation',
  undecided: 'question',
  imprecise: 'question',
  marginal: 'question',
};

/** The answer in one sentence, for the heading and the title of the page. */
const SENTENCES: Readonly<Record<Outcome, string>> = {
  holds: 'Stable: the old minimum holds.',
  leaves: 'Diverges: the model escapes the old minimum.',
  'heavy-tail': 'Diverges, but only through rare runs.',
  undecided: 'Undecided: too few samples were drawn.',
  imprecise: 'Undecided at the precision of the stored numbers.',
  marginal: 'Marginal: neither stable nor escaping.',
};

/** Outcome of an analysis. */
function outcomeOf(analysis: AnsweredAnalysis): Outcome {
  if (analysis.subset?.side === 'undecided') return 'undecided';
  if (analysis.exact.verdict === 'undecided') return 'imprecise';
  if (analysis.exact.verdict === 'marginal') return 'marginal';
  if (isHeavyTailed(analysis)) return 'heavy-tail';
  return analysis.exact.side === 'stable' ? 'holds' : 'leaves';
}

/** Header: the verdict, why, and the setting it is about. */
function analysisHeader(page: AnalysisPage): Markup {
  const { source, setting, analysis, tool } = page;
  const { parameters, reduced } = analysis.dimension;
  const outcome = outcomeOf(analysis);
  const procedure = describeProcedure(analysis);
  const facts: readonly (readonly [string, Content])[] = [
    ...translationLines(setting).map((line) => ['training script', line] as const),
    ['mixing α', written(setting.alpha)],
    ['step size η', written(setting.eta)],
    ['batches, retain / forget', `${grouped(setting.batch.retain)} / ${grouped(setting.batch.forget)}`],
    ['sampling', samplingName(setting.sampling)],
    ...(procedure ? [['procedure', procedure] as const] : []),
    ['samples, retain / forget', sampleText(analysis)],
    ['parameters', markup`${grouped(parameters)} <span class="aside">(${grouped(reduced)} matter)</span>`],
    ...leftOutLines(analysis.dimension).map((line) => ['rounding', line] as const),
  ];
  return markup`<header class="${outcome}">
${headline(`${tool.name} · analysis of ${source}`, MARKS[outcome], SENTENCES[outcome])}
<p class="why">${analysis.subset ? 'By the estimates: ' : null}${reason(page)}</p>
${growthNote(analysis)}
${factList('run', facts)}
</header>`;
}

/** Threshold that decides, with its numbers. */
function reason({ analysis, setting }: AnalysisPage): Content {
  const { mixing, exact } = analysis;
  const [alpha, eta] = [written(setting.alpha), written(setting.eta)];
  const other = !isPlainStep(analysis.procedure) && (exact.verdict !== 'undecided' || exact.estimate);
  if (other) return markup`${withSymbols(procedureReason(analysis, setting.eta))}.`;
  if (exact.verdict === 'undecided') {
    return `At α = ${plainNumber(setting.alpha)} ${undecidedReason(mixing.zero, analysis.dimension.precision)}.`;
  }
  if (exact.verdict === 'marginal') {
    const why = marginalReason(
      mixing.zero,
      `α = ${plainNumber(setting.alpha)} is the critical α*`,
      `η = ${plainNumber(setting.eta)} is the critical η*`,
    );
    return `${why}: ρ = 1, E|δ|² neither shrinks nor grows exponentially.`;
  }
  if (exact.side === 'stable') {
    return markup`At α = ${alpha} the step size η = ${eta} is below the critical η* = ${written(exact.etaStar)}: E|δ|² stays bounded for every start, unlearning does not take hold.`;
  }
  if (mixing.escapes) {
    return markup`α = ${alpha} is above the critical α* = ${written(mixing.alphaStar)}: the mean leaves at every step size.`;
  }
  const cause =
    setting.eta * mixing.lambdaMax > 2
      ? 'the step overshoots, also along what is to be retained'
      : 'the noise of the batches carries it away';
  return markup`At α = ${alpha} the step size η = ${eta} is not below the critical η* = ${written(exact.etaStar)}: ${cause}.`;
}

/** Numbers of samples, and how many of them were drawn. */
function sampleText({ dimension, subset }: AnsweredAnalysis): Content {
  const { retain, forget } = dimension.samples;
  const all = `${grouped(retain)} / ${grouped(forget)}`;
  if (!subset) return all;
  const { retain: fromR, forget: fromF } = subset.samples;
  return markup`${all} <span class="aside">(${grouped(fromR.drawn)} / ${grouped(fromF.drawn)} drawn)</span>`;
}

/** Limits of the theory: what the numbers of the page do not say. */
function limits(): Markup {
  return section(
    'limits',
    'What this does not say',
    markup`<ul class="limits">
<li><b>Escape is not deletion.</b> “Escapes” means that E|δ|² grows without bound for some start. Whether the model becomes like one that never saw the forget set has to be measured: forget and retain accuracy, membership inference, distance to a retrained model.</li>
<li><b>Linear theory.</b> It describes the dynamics near a minimum that fits every sample. Away from it the curvature changes and these rates no longer hold.</li>
<li><b>No distance to the end.</b> Where the model goes after it has left, and what that does to the retain set, is not predicted; the shares above say only what starts to move.</li>
</ul>`,
  );
}

/** Section on gradients at w* and clipping; empty if neither was given. */
function pushSection({ analysis }: AnalysisPage): Markup | null {
  const { push, clipping } = pushLines(analysis);
  const lines = [...push, ...clipping.map((line) => `clipping ${line}`)];
  if (lines.length === 0) return null;
  const items = lines.map((line) => markup`<li>${withSymbols(line)}</li>`);
  return section('push', 'Gradients at the old minimum', markup`<ul>${items}</ul>`);
}

/** Recommended setting, or why there is none; nothing if it was not asked for. */
function recommendationSection({ analysis, setting }: AnalysisPage): Markup | null {
  const { recommendation, mixing } = analysis;
  if (!recommendation) return null;
  const { steps, factor, retainShareLimit } = recommendation;
  const serving = recommendation.region.filter(serves);
  return section(
    'recommendation',
    'Which setting to choose',
    markup`<p>Wanted within ${grouped(steps)} steps: the fastest escaping direction grows by a factor of ${factorText(factor)}, and half of the retain loss along the directions to keep is gone in the mean; with all that batch noise carries over it is not expected to rise up to the escape. At most ${percent(retainShareLimit)} of the retain curvature may leave.</p>
${answer(recommendation)}
${windowPanels(recommendation, setting, mixing.alphaStar)}
${serving.length === 0 ? null : windowTable(serving)}`,
  );
}

function answer({ best, obstacle, region }: Recommendation): Markup {
  if (best === null) {
    return markup`<div class="obstacle"><p><b>No setting serves.</b></p>
${obstacle && markup`<p>What blocks is ${AXES[obstacle.axis]}: ${withSymbols(obstacle.reason)}.</p>`}
<p class="aside">${grouped(region.length)} pairs of α and batch sizes were tried.</p></div>`;
  }
  const facts: readonly (readonly [string, Content])[] = [
    ['mixing α', written(best.alpha)],
    ['step size η', written(best.eta)],
    ['batches, retain / forget', `${grouped(best.batch.retain)} / ${grouped(best.batch.forget)}`],
    ['η may be off by', markup`× or ÷ ${written(Number(best.margin.toPrecision(3)))}`],
    ['of the retain curvature leaves', percent(best.retainShare)],
  ];
  return markup`${factList('run best-setting', facts)}
<p>Of the settings with the smallest batches that serve this one has the largest margin: it serves for η from ${written(best.low)} to ${written(best.high)}.</p>
${best.outcome && outcome(best.outcome)}
${best.runs && markup`<p>Of ${grouped(best.runs.runs)} simulated single runs ${percent(best.runs.escaped)} escape in time, ${percent(best.runs.worse)} end with more retain loss along the directions to keep than they began with.</p>`}`;
}

function outcome({ steps, forgetLoss, retainLoss, keptLoss }: ExpectedOutcome): Markup {
  const times = (ratio: number): Content => markup`× ${written(Number(ratio.toPrecision(3)))}`;
  return markup`<p>Expected at the escape, after ${grouped(Math.ceil(steps))} steps: forget loss ${times(forgetLoss)}, retain loss ${times(retainLoss)}, of it along the directions to keep ${times(keptLoss)}; in the linear dynamics, batch noise included, from a start that is uniform over all directions.${retainLoss > 1 ? markup` <b>What escapes takes its share of the retain loss with it;</b> a smaller limit of the retain curvature or a smaller factor costs less.` : null}</p>`;
}

const AXES: Readonly<Record<NonNullable<Recommendation['obstacle']>['axis'], string>> = {
  retain: 'coherence among the retain samples',
  forget: 'coherence among the forget samples',
  cross: 'coherence between retain and forget samples',
  steps: 'the number of steps allowed',
};

/** For every pair of batch sizes that serves the mixing with the largest margin. */
function windowTable(serving: readonly ServingWindow[]): Markup {
  const widestFirst = widestByBatch(serving).sort(
    (a, b) => b.margin - a.margin || b.batch.retain - a.batch.retain,
  );
  const header = ['batches', 'α', 'η from', 'η to', 'margin', 'retain leaves'].map(numeric);
  const rows = widestFirst.map(({ alpha, batch, low, high, margin, retainShare }) => [
    `${grouped(batch.retain)} / ${grouped(batch.forget)}`,
    written(alpha),
    written(low),
    written(high),
    markup`× ${written(Number(margin.toPrecision(3)))}`,
    percent(retainShare),
  ]);
  const table = htmlTable(header, rows, {
    caption: 'For each pair of batch sizes the α with the largest margin',
    className: 'compact',
  });
  return scrollable('Table of settings that serve', table);
}
