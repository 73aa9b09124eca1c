const { projects } = require('../../jest.config.js');

const unit = projects.find(({ displayName }) => displayName === 'unit');

/** The unit tests that judge what is mutated. Others reach it only through all of the server, which takes longer. */
module.exports = {
  ...unit,
  testTimeout: 60_000,
  rootDir: '../..',
  setupFiles: ['<rootDir>/test/mutation/without-shrinking.js'],
  testMatch: ['tracking-import/{judge-row,resolve-row,decide}*', 'custom-activity/**/*'].map(
    (files) => `<rootDir>/test/unit/${files}.spec.ts`,
  ),
};
