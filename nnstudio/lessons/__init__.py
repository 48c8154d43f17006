"""Lessons as data: the reader of their files, and what a step does, measures and checks. No Qt.

A lesson is one TOML file (`lesson_file`): steps with a text, a set-up, and questions or goals. A step speaks
in three kinds of words: *actions* (`actions`) change what is worked on, *quantities* (`quantities`) are
measured on it, and *checks* (`checks`) compare them. Set-up, solution, question and goal use the same words,
so that the tests of a lesson (`trial`) can play it.

Whatever plays a lesson, the window or `player.HeadlessPlayer`, is a `player.Player`.
"""
