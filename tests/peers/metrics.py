#!/usr/bin/python3
"""Figures, as Prometheus' own parser reads them from stdin.

Prints a line `name{label=value} figure` for each.  Exit status 1 where one
has no type or help, or a name that does not fit its type.
"""

import sys

from prometheus_client.parser import text_string_to_metric_families

text = sys.stdin.read()
assert text.endswith("\n")
for family in text_string_to_metric_families(text):
    assert family.documentation, family.name
    assert family.type in ("counter", "gauge"), family.name
    for s in family.samples:
        assert (family.type == "counter") == s.name.endswith("_total"), s.name
        labels = ",".join("%s=%s" % i for i in sorted(s.labels.items()))
        print("%s{%s} %d" % (s.name, labels, s.value))
