import js from '@eslint/js';
import jupyter from '@jupyter/eslint-plugin';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const files = (...names) =>
  names.map(name => `labextension/src/${name}.{ts,tsx}`);

// Who may import whom. What is not named here is on the screen or puts it there.
const PURE = [
  'wire',
  'tokens',
  'version',
  'text',
  'readers',
  'reading',
  'control_reading',
  'verdict',
  'trouble',
  'listing',
  'time',
  'lint_tokens',
  'lint_reading',
  'lint_suppress',
  'words',
  'sentences'
];
const SERVER = ['api', 'guard'];

const services = {
  name: '@jupyterlab/services',
  importNames: ['ServerConnection'],
  message: 'Only api.ts talks to the server.'
};

function imports(allowed, message, paths = [services]) {
  const patterns = [{ regex: `^(?!(${allowed})$)`, message }];
  return { 'no-restricted-imports': ['error', { paths, patterns }] };
}

const local = names => `\\./(${names.join('|')})`;

const contracts = [
  {
    files: files('*'),
    ignores: files('guard_plugin'),
    rules: imports(
      `[^.].*|\\./(?!(${SERVER.join('|')})$).*`,
      'What is on the screen knows the report by tokens.ts alone.'
    )
  },
  {
    files: files('index'),
    rules: imports(
      '@jupyterlab/application|\\./\\w+_plugin',
      'index.ts lists the plugins.'
    )
  },
  {
    files: files(...PURE),
    rules: imports(
      `@jupyterlab/translation|@lumino/(coreutils|signaling)|${local(PURE)}`,
      'Reading, judging and wording need neither server nor screen.'
    )
  },
  {
    files: files('guard'),
    rules: imports(
      `@lumino/.+|${local(['api', ...PURE])}`,
      'The guard knows the server, not the screen.'
    )
  },
  {
    files: files('api'),
    rules: imports(
      `@jupyterlab/(coreutils|services)|${local(PURE)}`,
      'api.ts only carries the report.',
      []
    )
  }
];

const refused = {
  'no-console': 'error',
  'no-restricted-globals': [
    'error',
    { name: 'fetch', message: 'It sends no XSRF token: use api.ts.' },
    { name: 'XMLHttpRequest', message: 'Use api.ts.' },
    { name: 'WebSocket', message: 'Listen to serviceManager.events.' },
    { name: 'setInterval', message: 'Nothing polls.' }
  ],
  'no-restricted-properties': [
    'error',
    { property: 'setInterval', message: 'Nothing polls.' }
  ],
  'no-restricted-syntax': [
    'error',
    {
      selector: 'JSXAttribute[name.name="dangerouslySetInnerHTML"]',
      message: 'Text of the server is shown as text.'
    }
  ]
};

export default tseslint.config(
  { ignores: ['labextension/lib/**', 'labextension/src/wire.ts'] },
  js.configs.recommended,
  { plugins: { jupyter } },
  ...jupyter.configs.recommended,
  {
    files: files('*'),
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname
      }
    },
    plugins: { 'react-hooks': reactHooks },
    rules: {
      ...reactHooks.configs.recommended.rules,
      ...refused,
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports' }
      ],
      // Each is needed at once, and all of them together are smaller than a request is worth.
      'jupyter/prefer-lazy-imports': [
        'warn',
        {
          ignoreImports: [
            './announcer',
            './api',
            './banner',
            './guard',
            './lint_card',
            './lint_commands',
            './lint_list',
            './lint_marks',
            './lint_status',
            './linter',
            './notice',
            './panel',
            './report_commands',
            './settings',
            './status',
            './workspace_lint'
          ]
        }
      ],
      'max-lines': ['error', 200],
      'max-lines-per-function': ['error', 40]
    }
  },
  ...contracts
);
