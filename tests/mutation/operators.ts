import ts from 'typescript';

/** One small change of a source text: what stands from `from` up to `to` (UTF-16 units) becomes `after`. */
export interface Mutant {
  operator: Operator;
  from: number;
  to: number;
  /** from 1 */
  line: number;
  before: string;
  after: string;
  /** the smallest expression or statement that holds the change, and what it becomes */
  whole: { from: number; to: number; after: string; isStatement: boolean };
}

export const OPERATORS = [
  'boundary',
  'equality',
  'arithmetic',
  'boolean',
  'logical',
  'condition',
  'statement',
  'number',
  'string',
  'return',
] as const;
export type Operator = (typeof OPERATORS)[number];

const SWAPPED: Partial<Record<ts.SyntaxKind, [Operator, string]>> = {
  [ts.SyntaxKind.LessThanToken]: ['boundary', '<='],
  [ts.SyntaxKind.LessThanEqualsToken]: ['boundary', '<'],
  [ts.SyntaxKind.GreaterThanToken]: ['boundary', '>='],
  [ts.SyntaxKind.GreaterThanEqualsToken]: ['boundary', '>'],
  [ts.SyntaxKind.EqualsEqualsToken]: ['equality', '!='],
  [ts.SyntaxKind.ExclamationEqualsToken]: ['equality', '=='],
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: ['equality', '!=='],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: ['equality', '==='],
  [ts.SyntaxKind.PlusToken]: ['arithmetic', '-'],
  [ts.SyntaxKind.MinusToken]: ['arithmetic', '+'],
  [ts.SyntaxKind.AsteriskToken]: ['arithmetic', '/'],
  [ts.SyntaxKind.SlashToken]: ['arithmetic', '*'],
  [ts.SyntaxKind.PercentToken]: ['arithmetic', '*'],
  [ts.SyntaxKind.PlusEqualsToken]: ['arithmetic', '-='],
  [ts.SyntaxKind.MinusEqualsToken]: ['arithmetic', '+='],
  [ts.SyntaxKind.AsteriskEqualsToken]: ['arithmetic', '/='],
  [ts.SyntaxKind.SlashEqualsToken]: ['arithmetic', '*='],
};
const LOGICAL: Partial<Record<ts.SyntaxKind, string>> = {
  [ts.SyntaxKind.AmpersandAmpersandToken]: '||',
  [ts.SyntaxKind.BarBarToken]: '&&',
  [ts.SyntaxKind.QuestionQuestionToken]: '&&',
};

/** All mutants of a TypeScript text, in the order of the text. Types, imports and names are left as they are. */
export function mutantsOf(text: string, fileName = 'source.ts'): Mutant[] {
  const source = ts.createSourceFile(fileName, text, ts.ScriptTarget.ES2023, true);
  const found: Mutant[] = [];

  function add(operator: Operator, node: ts.Node, after: string, holder: ts.Node = node): void {
    const [from, to] = [node.getStart(source), node.end];
    const { line } = source.getLineAndCharacterOfPosition(from);
    const [start, { end }] = [holder.getStart(source), holder];
    found.push({
      operator,
      from,
      to,
      line: line + 1,
      before: text.slice(from, to),
      after,
      whole: {
        from: start,
        to: end,
        after: text.slice(start, from) + after + text.slice(to, end),
        isStatement: ts.isStatement(holder),
      },
    });
  }

  function visit(node: ts.Node): void {
    if (ofTypesOnly(node)) return;
    if (ts.isBinaryExpression(node)) binary(node);
    else if (node.kind === ts.SyntaxKind.TrueKeyword) add('boolean', node, 'false');
    else if (node.kind === ts.SyntaxKind.FalseKeyword) add('boolean', node, 'true');
    else if (ts.isNumericLiteral(node) && isValue(node)) {
      add('number', node, String(Number(node.text) + 1));
      add('number', node, `(${Number(node.text) - 1})`);
    } else if (ts.isStringLiteral(node) && isValue(node) && node.text !== '') add('string', node, "''");
    else if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) step(node);
    else if (ts.isExpressionStatement(node) && !isSuperCall(node)) add('statement', node, ';');
    else if (ts.isThrowStatement(node)) add('statement', node, ';');
    else if (ts.isReturnStatement(node)) {
      if (node.expression && node.expression.getText(source) !== 'undefined') add('return', node, 'return undefined;');
    } else condition(node);
    ts.forEachChild(node, visit);
  }

  function binary(node: ts.BinaryExpression): void {
    const { kind } = node.operatorToken;
    const logical = LOGICAL[kind];
    // In brackets: `??` must not stand beside `&&` and `||` without.
    if (logical) add('logical', node, `((${node.left.getText(source)}) ${logical} (${node.right.getText(source)}))`);
    const swapped = SWAPPED[kind];
    if (swapped && !(swapped[0] === 'arithmetic' && (isText(node.left) || isText(node.right))))
      add(swapped[0], node.operatorToken, swapped[1], node);
  }

  function step(node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression): void {
    const operand = node.operand.getText(source);
    const isUp = node.operator === ts.SyntaxKind.PlusPlusToken;
    if (!isUp && node.operator !== ts.SyntaxKind.MinusMinusToken) return;
    const sign = isUp ? '--' : '++';
    add('arithmetic', node, ts.isPrefixUnaryExpression(node) ? sign + operand : operand + sign);
  }

  function condition(node: ts.Node): void {
    if (ts.isIfStatement(node)) both(node.expression);
    else if (ts.isConditionalExpression(node)) both(node.condition);
    // A loop whose condition is always true says nothing of the tests: it never ends.
    else if (ts.isWhileStatement(node)) add('condition', node.expression, 'false');
    else if (ts.isForStatement(node) && node.condition) add('condition', node.condition, 'false');
  }
  function both(expression: ts.Expression): void {
    add('condition', expression, 'true');
    add('condition', expression, 'false');
  }

  visit(source);
  return found.filter((mutant) => mutant.before !== mutant.after).sort((a, b) => a.from - b.from || a.to - b.to);
}

/** The text with the change made. */
export function mutated(text: string, mutant: Mutant): string {
  return text.slice(0, mutant.from) + mutant.after + text.slice(mutant.to);
}

function ofTypesOnly(node: ts.Node): boolean {
  return (
    ts.isTypeNode(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isImportDeclaration(node) ||
    ts.isExportDeclaration(node) ||
    (ts.canHaveModifiers(node) &&
      (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword))
  );
}

/** not the name of a member, and not a whole statement ('use strict') */
function isValue(node: ts.LiteralExpression): boolean {
  const { parent } = node;
  // `propertyName` is what a destructured member is called: `const { 'a-b': c } = d`
  const isName =
    ('name' in parent && parent.name === node) || ('propertyName' in parent && parent.propertyName === node);
  return !ts.isExpressionStatement(parent) && !isName;
}

function isText(node: ts.Expression): boolean {
  return (
    ts.isStringLiteralLike(node) ||
    ts.isTemplateExpression(node) ||
    (ts.isBinaryExpression(node) && (isText(node.left) || isText(node.right)))
  );
}

function isSuperCall(node: ts.ExpressionStatement): boolean {
  return ts.isCallExpression(node.expression) && node.expression.expression.kind === ts.SyntaxKind.SuperKeyword;
}
