"""Plots: from the definitions of a pipeline and the files of many revisions to Vega-Lite and HTML.

definitions   what there is to draw in one revision
contents      the files of one revision, parsed once however many revisions share them
points        the rows of one plot in one revision
collect       all of it for many revisions: figures
vega          a figure and a template: the finished specification
document      figures as `--json`; `page` – figures as one HTML file
"""
