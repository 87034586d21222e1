/** Calls whose pictures are recorded: SVG and HTML as they are, PNG by size. */

const titled =
  '<svg xmlns="http://www.w3.org/2000/svg"><title>rho &lt; 1</title><desc>where it holds</desc></svg>';

export function pictureCalls(problem) {
  const files = { 'problem.json': problem };
  const map = (line) => ({
    name: line.split(' ')[0],
    files,
    steps: [`frontier ${line} --workers 1 --out o`],
  });
  return [
    map('step-coherence --grid 6x9'),
    map('step-batch --grid 12x8'),
    map('step-mixing --grid 12x6'),
    map('mixing-alignment --grid 8x8'),
    map('hessian-grid --grid 5x5'),
    { ...map('snr-mixing --grid 2x2'), slow: true },
    { name: 'analysis', files, steps: ['analyze problem.json --out o'] },
    {
      name: 'recommendation',
      files,
      steps: ['analyze problem.json --recommend --retain-share 0.5 --steps 200 --factor 50 --out o'],
    },
    {
      name: 'agreement',
      files: { 'o/map-a.svg': titled },
      steps: ['verify --budget quick --theorem D3 U6 U8 --runs 21 --workers 1 --out o'],
    },
  ];
}
