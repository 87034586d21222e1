import { SaxesParser } from 'saxes';

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
}

/** What an element may have, as the schema of Jenkins' xUnit plugin and that of Ant's JUnit task agree on. */
interface Rule {
  readonly children: readonly string[];
  readonly required: readonly string[];
  readonly allowed: readonly string[];
}

const RULES: Readonly<Record<string, Rule>> = {
  testsuites: { children: ['testsuite'], required: [], allowed: ['name', 'tests', 'failures', 'errors'] },
  testsuite: {
    children: ['testcase'],
    required: ['name', 'tests', 'failures', 'errors'],
    allowed: ['skipped'],
  },
  testcase: {
    children: ['failure', 'error', 'skipped', 'system-out'],
    required: ['name', 'classname'],
    allowed: [],
  },
  failure: { children: [], required: ['type', 'message'], allowed: [] },
  error: { children: [], required: ['type', 'message'], allowed: [] },
  skipped: { children: [], required: [], allowed: ['type', 'message'] },
  'system-out': { children: [], required: [], allowed: [] },
};

/** What is wrong with a JUnit file, in words; empty if ordinary viewers can read it. */
export function junitFaults(xml: string): string[] {
  const { root, faults } = parsed(xml);
  if (!root) return [...faults, 'no element'];
  return [
    ...faults,
    ...(root.name === 'testsuites' ? [] : [`the root is ${root.name}`]),
    ...elementFaults(root),
  ];
}

function parsed(xml: string): { root: Element | undefined; faults: string[] } {
  const faults: string[] = [];
  const open: Element[] = [];
  let root: Element | undefined;
  const parser = new SaxesParser();
  parser.on('error', ({ message }) => faults.push(message));
  parser.on('opentag', ({ name, attributes }) => {
    const element: Element = { name, attributes, children: [] };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on('closetag', () => open.pop());
  parser.write(xml).close();
  return { root, faults };
}

function elementFaults(element: Element): string[] {
  const { name, attributes, children } = element;
  const rule = RULES[name];
  if (!rule) return [`${name} is not an element of a JUnit file`];
  const given = Object.keys(attributes);
  return [
    ...rule.required.filter((one) => !attributes[one]).map((one) => `${name} has no ${one}`),
    ...given
      .filter((one) => !rule.required.includes(one) && !rule.allowed.includes(one))
      .map((one) => `${name} must not have ${one}`),
    ...children
      .filter((child) => !rule.children.includes(child.name))
      .map((child) => `${child.name} in ${name}`),
    ...countFaults(element),
    ...children.flatMap(elementFaults),
  ];
}

/** Counts must be those of the test cases; a test case has at most one result. */
function countFaults({ name, attributes, children }: Element): string[] {
  if (name === 'testcase') {
    const results = children.filter((child) => child.name !== 'system-out').length;
    return results > 1 ? [`a testcase with ${results} results`] : [];
  }
  const cases = name === 'testsuites' ? children.flatMap((suite) => suite.children) : children;
  const withResult = (result: string): number =>
    cases.filter((one) => one.children.some((child) => child.name === result)).length;
  const counts: Record<string, number> = {
    tests: cases.length,
    failures: withResult('failure'),
    errors: withResult('error'),
    skipped: withResult('skipped'),
  };
  return Object.keys(counts)
    .filter((key) => name.startsWith('testsuite') && attributes[key] !== undefined)
    .filter((key) => Number(attributes[key]) !== counts[key])
    .map((key) => `${name} says ${key} ${attributes[key]}; there are ${counts[key]}`);
}
