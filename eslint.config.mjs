import js from '@eslint/js'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

const CLOCK = 'Time is read and waited for through src/lib/clock.ts alone, so that a test or a simulation can own it.'

const nodeGlobals = Object.fromEntries(Object.getOwnPropertyNames(globalThis).map((name) => [name, 'readonly']))

export default defineConfig(
  // The consumers are compiled by check:package, against the packed package.
  globalIgnores(['dist/', 'coverage/', 'reports/', '.stryker-tmp/', '__tests__/consumers/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  { files: ['**/*.{js,mjs,cjs}'], languageOptions: { globals: nodeGlobals } },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // What somebody else's promise rejected with is passed on as it is.
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true }],

      // `const { known: _known, ...rest }` takes a field away, and a signature names what it ignores.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // A directive says what mistake it expects, however few words that takes.
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': { descriptionFormat: '^ .+' } }],
      'no-empty': ['error', { allowEmptyCatch: true }],

      // Callers without types exist, so options are checked and converted although the types say it cannot be needed.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-unnecessary-type-conversion': 'off',
      // A constructor that narrows its parameters' types is not useless.
      '@typescript-eslint/no-useless-constructor': 'off',
      // Anything can be thrown; the log describes it as far as String() can.
      '@typescript-eslint/no-base-to-string': 'off',
      // An index that was checked just before stays `| undefined` under noUncheckedIndexedAccess.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // `() => void count++` and `return next()` say in one line that nothing is answered.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      // Plain objects stand for JSON, whose fields come and go by name.
      '@typescript-eslint/no-dynamic-delete': 'off',
      // The compiler checks it, and lets a comment stand between two cases.
      'no-fallthrough': 'off',
    },
  },
  {
    files: ['__tests__/**/*.ts', 'examples/**/*.{ts,tsx}'],
    rules: {
      // Replies are JSON and tests assert every field they read.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      // Handlers and stand-ins are async because the contract is.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
  {
    files: ['**/__tests__/**/*.ts'],
    rules: {
      // Tests do what a shop may do wrong: throw anything, and be async where nobody waits.
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { properties: false } }],
      '@typescript-eslint/no-explicit-any': 'off',
      // A stand-in passes on the methods of what it stands for.
      '@typescript-eslint/unbound-method': 'off',
      // `'CONFIRMED' | string` and a type parameter used once both say something to whoever reads the test.
      '@typescript-eslint/no-redundant-type-constituents': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
    },
  },
  {
    // One place knows what time it is. The command is a program of its own; setImmediate only lets others have a turn.
    files: ['src/**/*.ts'],
    ignores: ['src/lib/clock.ts', 'src/cli/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'].map((name) => ({ name, message: CLOCK })),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: CLOCK },
        { object: 'performance', property: 'now', message: CLOCK },
        { object: 'process', property: 'hrtime', message: CLOCK },
        { object: 'AbortSignal', property: 'timeout', message: CLOCK },
        ...['setTimeout', 'setInterval'].map((property) => ({ object: 'globalThis', property, message: CLOCK })),
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: CLOCK },
        { selector: 'CallExpression[callee.name="Date"]', message: CLOCK },
      ],
      'no-restricted-imports': [
        'error',
        {
          paths: [
            { name: 'node:timers', message: CLOCK },
            { name: 'node:perf_hooks', message: CLOCK },
            { name: 'node:timers/promises', allowImportNames: ['setImmediate'], message: CLOCK },
          ],
        },
      ],
    },
  },
  {
    // A client is typed by its shape: what its methods take differs from one to the next.
    files: ['src/{stores,queues}/*.ts', 'src/{stores,queues}/internal/*.ts'],
    rules: { '@typescript-eslint/no-explicit-any': 'off' },
  },
)
