const fc = require('fast-check');

/** Whether a mutant is found is all that is asked: the smallest input that finds it would take most of the time. */
fc.configureGlobal({ endOnFailure: true });
