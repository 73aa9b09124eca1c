const project = (displayName, ...folders) => ({
  displayName,
  testEnvironment: 'node',
  setupFiles: ['<rootDir>/test/support/fixed-seed.ts'],
  testMatch: folders.map((folder) => `<rootDir>/test/${folder}/**/*.spec.ts`),
  transform: {
    '^.+\\.[tj]s$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  // Packages that are ES modules only.
  transformIgnorePatterns: ['/node_modules/(?!(parse5|entities|jose)/)'],
});

module.exports = {
  projects: [
    project('unit', 'unit'),
    project('database', 'integration', 'api'),
    project('process', 'process'),
    project('browser', 'browser'),
  ],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  testTimeout: 240_000,
  maxWorkers: 2,
};
