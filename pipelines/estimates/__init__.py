"""The stage estimates: questions, the answers under each named rule, their evidence, findings."""
