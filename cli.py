"""The command line: words in, calls, output out; stdout carries the result and nothing else (long: every command)."""

from __future__ import annotations

import os
import shutil
import sys
import time
import traceback
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NoReturn, TypeVar, cast

import click

from .kb.diagnostics import Diagnostic, Invalid, Unavailable, UnknownName, printable, render, suggest
from .kb.load import HOME, documents, load
from .kb.translation import ORIGINAL, translate
from .queries.help_pages import PAGES, below_the_options

if TYPE_CHECKING:
    from .kb.case import TestCase
    from .kb.ir import EDB, Ground, Program
    from .kb.properties import Verifiable
    from .queries.answers.assess import Case, Knowledge
    from .queries.cohort.opened import Opened
    from .queries.cohort.run import Spread
    from .queries.rendering.layout import Layout
    from .queries.wording.words import Words
    from .queries.workshop.case_run import Outcome

T = TypeVar("T")
OK, FOUND, USAGE, BAD_KB, BAD_DATA, INCOMPLETE, UNKNOWN_NAME, INTERNAL, INTERRUPTED = 0, 1, 2, 3, 4, 5, 6, 70, 130

kb_option = click.option("--kb", "kb_folder", type=click.Path(path_type=Path), default=HOME, show_default="installed",
                         help="Folder of the knowledge base: vocabulary.md and guidelines/*.md.")  # fmt: skip
as_of_option = click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD",
                            help="The day the answer is for; later facts are left out.")  # fmt: skip
color_option = click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto",
                            help="Color in text output; auto: on a terminal.")  # fmt: skip
width_option = click.option("--width", type=click.IntRange(40, 400), help="Columns of text output.")
lang_option = click.option("--lang", default=ORIGINAL, metavar="LANGUAGE", help="Language of the text: en or de.")
patient_option = click.option("--patient", "wanted", metavar="ID", help="Which patient of a file with several.")
output_option = click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
                             help="Write the result to FILE, whole or not at all.")  # fmt: skip
depth_option = click.option("--depth", type=click.IntRange(0), help="Steps below a conclusion that a graph shows.")
format_option = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
RENDERINGS = ("json", "md", "html", "dot", "mermaid", "svg", "png")
ALONE = ("html", "mermaid", "svg", "png")  # forms that hold one patient
PRACTICE = Path("audit", "practice.md")  # in the folder of a knowledge base
ENDINGS = {".mmd": "mermaid", ".gv": "dot", ".txt": "text", ".markdown": "md", ".htm": "html"}


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="guidekb")
@click.option("--debug", is_flag=True, help="Show the traceback of an internal error.")
def cli(debug: bool) -> None:
    """A clinical guideline as a logic program: recommendations for a patient, each with the rules that fired.

    PATIENT is FHIR R4 (a Bundle, NDJSON), a record (JSON or YAML), Datalog facts, a folder of these, or - for standard
    input.

    Exit codes: 0 ok, 1 something was found (fmt --check, lint, test, coverage), 2 usage, 3 knowledge base or rules
    invalid, 4 patient data invalid, 5 answer incomplete (with --require-complete), 6 unknown name, 70 internal error,
    130 interrupted.
    """
    click.get_current_context().obj = debug


@cli.command()
@click.argument("patients", metavar="PATIENT...", nargs=-1, required=True)
@click.option("--format", "form", type=click.Choice(["text", "jsonl", *RENDERINGS, "fhir"]), default="text",
              help="json: one object, or a list when there are several patients; jsonl: one line each; html: one file "
              "that needs no other; svg, png: drawn by Graphviz; fhir: a Bundle of R4 for each patient.")  # fmt: skip
@output_option
@depth_option
@click.option("--require-complete", is_flag=True, help="Exit 5 when something is undetermined.")
@patient_option
@kb_option
@as_of_option
@lang_option
@color_option
@width_option
def recommend(
    patients: tuple[str, ...], form: str, output: Path | None, depth: int | None, require_complete: bool,
    wanted: str | None, kb_folder: Path, as_of: datetime | None, lang: str, color: str, width: int | None,
) -> None:  # fmt: skip
    """What the guideline recommends, advises against and cannot decide, with the reasons.

    Example: guidekb recommend facts/examples/published-01.yaml
    """
    from .queries.answers.assess import Knowledge, assess
    from .queries.rendering.present import answered
    from .queries.rendering.renderings import together
    from .queries.wording.words import words

    said, form = words(lang), _form(form, output, ("text", "jsonl", *RENDERINGS))
    knowledge, layout, code = Knowledge(_load(kb_folder, lang)), _layout(color, width), OK
    stream, first = output is None and form in ("text", "jsonl"), True
    held: list[str | bytes] = []
    seen: list[str] = []
    for edb in _patients(patients, knowledge.program, as_of):
        if edb is None:
            code = BAD_DATA
            continue
        seen.append(edb.subject)
        if wanted not in (None, edb.subject):
            continue
        if held and form in ALONE:
            raise click.UsageError(f"{form} shows one patient; give one, or choose text, json, jsonl, md or dot")
        case = assess(knowledge, edb)
        shown, complete = _as_fhir(case, said) if form == "fhir" else answered(case, form, layout, said, depth)
        code = code or (INCOMPLETE if require_complete and not complete else OK)
        if stream:
            click.echo("\n" if form == "text" and not first else "", nl=False)
            _put(together([shown], form), None)
        else:
            held.append(shown)
        first = False
    if held:
        _put(_fhir_together(held) if form == "fhir" else together(held, form), output)
    if wanted is not None and wanted not in seen:
        _no_patient(wanted, " ".join(patients), seen)
    sys.exit(code)


@cli.command()
@click.argument("patient", metavar="PATIENT")
@click.argument("name", metavar="ACTION")
@click.option("--format", "form", type=click.Choice(["text", *RENDERINGS]), default="text",
              help="All but text show what the answer says of ACTION, and what that rests on.")  # fmt: skip
@click.option("--all", "everything", is_flag=True, help="Every other minimal proof too, in text.")
@output_option
@depth_option
@patient_option
@kb_option
@as_of_option
@lang_option
@color_option
@width_option
def explain(
    patient: str, name: str, form: str, everything: bool, output: Path | None, depth: int | None, wanted: str | None,
    kb_folder: Path, as_of: datetime | None, lang: str, color: str, width: int | None,
) -> None:  # fmt: skip
    """Why: the proof of an action, alert, expectation, prognostic factor or flag, as a tree of sentences.

    Example: guidekb explain facts/examples/published-01.yaml definitive_breast_surgery
    """
    from .queries.answers.assess import Knowledge, assess
    from .queries.rendering.present import explained
    from .queries.rendering.renderings import together
    from .queries.wording.words import words

    knowledge, form = Knowledge(_load(kb_folder, lang)), _form(form, output, ("text", *RENDERINGS))
    edb = _one(patient, wanted, knowledge.program, as_of)
    shown = explained(assess(knowledge, edb), name, _layout(color, width), words(lang), form, depth, everything)
    _put(together([shown], form), output)


@cli.command("why-not")
@click.argument("patient", metavar="PATIENT")
@click.argument("name", metavar="ACTION")
@click.option("--all", "everything", is_flag=True, help="Every rule and every way, however far off.")
@format_option
@output_option
@patient_option
@kb_option
@as_of_option
@lang_option
@color_option
@width_option
def why_not(
    patient: str, name: str, everything: bool, form: str, output: Path | None, wanted: str | None, kb_folder: Path,
    as_of: datetime | None, lang: str, color: str, width: int | None,
) -> None:  # fmt: skip
    """Why an action or anything else does not follow: the nearest rules, and how each of their conditions stands.

    Example: guidekb why-not facts/examples/metastatic-hr-positive.yaml trastuzumab_plus_chemotherapy
    """
    from .queries.answers.assess import Knowledge, assess
    from .queries.rendering.present import why_not_shown
    from .queries.wording.words import words

    knowledge = Knowledge(_load(kb_folder, lang))
    case = assess(knowledge, _one(patient, wanted, knowledge.program, as_of))
    _put(why_not_shown(case, name, _layout(color, width), words(lang), form, everything), output)


@cli.command()
@click.argument("patient", metavar="PATIENT")
@click.argument("name", metavar="[ACTION]", required=False)
@click.option("-i", "--interactive", is_flag=True, help="Ask here, one question after the other.")
@click.option("--save", "target", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Ask here, and write the record with the answers to FILE.")  # fmt: skip
@format_option
@output_option
@patient_option
@kb_option
@as_of_option
@lang_option
@color_option
@width_option
def ask(
    patient: str, name: str | None, interactive: bool, target: Path | None, form: str, output: Path | None,
    wanted: str | None, kb_folder: Path, as_of: datetime | None, lang: str, color: str, width: int | None,
) -> None:  # fmt: skip
    """What to ask next: the unknown facts that can still change the answer, and what each answer would lead to.

    Example: guidekb ask facts/examples/nearly-empty.yaml endocrine_therapy
    """
    from .queries.answers.assess import Knowledge, assess
    from .queries.asking.ask_text import asked
    from .queries.wording.words import words

    knowledge, said, layout = Knowledge(_load(kb_folder, lang)), words(lang), _layout(color, width)
    if not interactive and target is None:
        case = assess(knowledge, _one(patient, wanted, knowledge.program, as_of))
        _put(asked(case, name, form, layout, said), output)
    elif patient == "-":
        raise click.UsageError("the answers come from standard input; give the patient as a file")
    else:
        edb = _one(patient, wanted, knowledge.program, as_of)
        text, record = _interviewed(knowledge, edb, name, layout, said, as_of.date() if as_of else None)
        _put(text, output)
        if target is not None:
            _put(record, target)


@cli.command("what-if")
@click.argument("patient", metavar="PATIENT")
@click.option("--set", "sets", metavar="FIELD=VALUE", multiple=True, help="What a field says then, as in a record.")
@click.option("--unset", "unsets", metavar="FIELD", multiple=True, help="A field that is not recorded then.")
@click.option("--proofs/--no-proofs", default=True, help="The proofs of what changes, after the list of it.")
@format_option
@output_option
@patient_option
@kb_option
@as_of_option
@lang_option
@color_option
@width_option
def what_if(
    patient: str, sets: tuple[str, ...], unsets: tuple[str, ...], proofs: bool, form: str, output: Path | None,
    wanted: str | None, kb_folder: Path, as_of: datetime | None, lang: str, color: str, width: int | None,
) -> None:  # fmt: skip
    """What would be answered otherwise if the record were another: only the difference, with its proofs.

    \b
    Example: guidekb what-if facts/examples/metastatic-hr-positive.yaml --set her2=positive \\
             --set 'syndromes=[dermatomyositis]' --unset menopausal_status
    """
    from .facts.edit import edited
    from .queries.answers.assess import Knowledge, assess
    from .queries.changes.what_if import what_if as difference
    from .queries.wording.words import words

    if not sets and not unsets:
        raise click.UsageError("say what is supposed: --set FIELD=VALUE or --unset FIELD")
    said, knowledge = words(lang), Knowledge(_load(kb_folder, lang))
    edb = _one(patient, wanted, knowledge.program, as_of)
    change = edited(edb, sets, unsets, knowledge.program, said.say("whatif.source"), as_of.date() if as_of else None)
    _tell(change.warnings)
    cases = assess(knowledge, edb), assess(knowledge, change.edb)
    _put(difference(*cases, form, _layout(color, width), said, proofs), output)


@cli.command()
@click.argument("patient", metavar="PATIENT")
@click.argument("name", metavar="ACTION")
@click.option("--max", "largest", type=click.IntRange(1, 4), default=3, show_default=True,
              help="How many changes may go together.")  # fmt: skip
@format_option
@output_option
@patient_option
@kb_option
@as_of_option
@lang_option
@color_option
@width_option
def counterfactual(
    patient: str, name: str, largest: int, form: str, output: Path | None, wanted: str | None, kb_folder: Path,
    as_of: datetime | None, lang: str, color: str, width: int | None,
) -> None:  # fmt: skip
    """The smallest changes of the record that would bring an action about, or take away one that is recommended.

    Example: guidekb counterfactual facts/examples/published-01.yaml trastuzumab_plus_chemotherapy
    """
    from .facts.edit import stands
    from .queries.answers.assess import Knowledge, assess
    from .queries.changes.counterfactual_text import counterfactual_shown
    from .queries.wording.words import words

    knowledge = Knowledge(_load(kb_folder, lang))
    edb = _one(patient, wanted, knowledge.program, as_of)
    case = assess(knowledge, edb)

    def valid(facts: frozenset[Ground]) -> bool:
        return stands(edb, facts, knowledge.program)

    _put(counterfactual_shown(case, name, form, _layout(color, width), words(lang), largest, valid), output)


@cli.command()
@click.argument("first", metavar="FIRST")
@click.argument("second", metavar="SECOND")
@click.option("--proofs/--no-proofs", default=False, help="The proofs of what differs, after the list of it.")
@click.option("--other-patient", "other", metavar="ID", help="Which patient of the second file, if it has several.")
@format_option
@output_option
@patient_option
@kb_option
@as_of_option
@lang_option
@color_option
@width_option
def compare(
    first: str, second: str, proofs: bool, other: str | None, form: str, output: Path | None, wanted: str | None,
    kb_folder: Path, as_of: datetime | None, lang: str, color: str, width: int | None,
) -> None:  # fmt: skip
    """What differs between two patients, or one patient at two visits: records, answers, and which fact made which.

    Example: guidekb compare facts/examples/localized-unoperated.yaml facts/examples/localized-operated.yaml
    """
    from .queries.answers.assess import Knowledge, assess
    from .queries.changes.compare import compare as compared
    from .queries.wording.words import words

    if first == second == "-":
        raise click.UsageError("only one of the two can be standard input")
    knowledge = Knowledge(_load(kb_folder, lang))
    one, two = _one(first, wanted, knowledge.program, as_of), _one(second, other, knowledge.program, as_of)
    cases = assess(knowledge, one), assess(knowledge, two)
    _put(compared(*cases, form, _layout(color, width), words(lang), proofs), output)


@cli.command()
@format_option
@kb_option
def check(form: str, kb_folder: Path) -> None:
    """Check the knowledge base: everything that is wrong with it, at once.

    Example: guidekb check --kb my-guideline/
    """
    from .queries.rendering.present import findings

    try:
        click.echo(findings(load(kb_folder), (), form), nl=False)
    except Invalid as invalid:
        click.echo(findings(None, invalid.diagnostics, form), nl=False)
        sys.exit(BAD_KB)


@cli.command(context_settings={"ignore_unknown_options": True})  # a goal may begin with a minus
@click.argument("words", metavar="[PATIENT] GOAL", nargs=-1)
@click.option("--rules", type=click.Path(path_type=Path), help="A Datalog file: added to the guideline, or run alone.")
@click.option("--list", "listing", is_flag=True, help="List the saved queries.")
@format_option
@patient_option
@kb_option
@as_of_option
def query(
    words: tuple[str, ...], rules: Path | None, listing: bool, form: str, wanted: str | None, kb_folder: Path,
    as_of: datetime | None,
) -> None:  # fmt: skip
    """Ask a conjunction of goals of a patient's model, or a saved query by its name.

    A file given with --rules that declares all that it uses runs on its own, without the guideline.

    \b
    Examples:
      guidekb query facts/examples/published-01.yaml 'recommend(P, Action), stage(P, localized)'
      guidekb query facts/examples/published-01.yaml required_first
      guidekb query --rules family.dl 'ancestor(ann, Who)'
    """
    from .queries.goals.query import ask
    from .queries.goals.saved_queries import saved_queries

    if listing:
        for saved in saved_queries():
            click.echo(f"{saved.name:24}{saved.description}")
        return
    if wrong := next((word for word in words if word.startswith("--")), None):
        raise click.NoSuchOption(wrong)
    if len(words) not in (1, 2):
        raise click.UsageError("give a goal, and the patient before it when the goal is about one")
    source = words[0] if len(words) == 2 else None

    def facts(program: Program) -> EDB | None:
        return _one(source, wanted, program, as_of) if source else None

    try:
        click.echo(ask(words[-1], facts, kb_folder, rules, form), nl=False)
    except UnknownName:
        raise
    except Invalid as invalid:
        _fail(invalid, BAD_KB)


@cli.command()
@format_option
@kb_option
@width_option
def statements(form: str, kb_folder: Path, width: int | None) -> None:
    """The coverage table: each statement of the source with its kind, and its rules or why it has none.

    Example: guidekb statements --format json
    """
    from .queries.rendering.statements import statements_text

    click.echo(statements_text(_load(kb_folder), form, _layout("never", width)), nl=False)


@cli.command()
@click.option("--to", "language", type=click.Choice(["prolog", "souffle", "clingo", "sql", "fhir"]), required=True)
@click.argument("patient", metavar="[PATIENT]", required=False)
@click.option("--rules", type=click.Path(path_type=Path), help="A Datalog file: added to the guideline, or run alone.")
@output_option
@patient_option
@kb_option
@as_of_option
def export(
    language: str, patient: str | None, rules: Path | None, output: Path | None, wanted: str | None, kb_folder: Path,
    as_of: datetime | None,
) -> None:  # fmt: skip
    """The guideline as a program for another engine, with the facts of PATIENT when one is given (docs/export.md).

    \b
    Examples:
      guidekb export --to prolog facts/examples/published-01.yaml -o p.pl && swipl -g answers -t halt p.pl
      guidekb export --to sql facts/examples/published-01.yaml | sqlite3
      guidekb export --to fhir -o guideline.json

    fhir: PlanDefinition and Library of R4 (docs/clinic.md); a patient's results are `guidekb recommend --format fhir`.
    """
    from .queries.export.export import exported
    from .queries.goals.query import program_of

    if language == "fhir":
        if patient or rules:
            raise click.UsageError("fhir is the guideline alone; for a patient: guidekb recommend --format fhir")
        _put(_definition(kb_folder), output)
        return
    try:
        program = program_of(kb_folder, rules)
    except Invalid as invalid:
        _fail(invalid, BAD_KB)
    edb = _one(patient, wanted, program, as_of) if patient else None
    _put(exported(program, edb, language), output)


def _definition(folder: Path) -> str:
    """The guideline as resources of FHIR."""
    from .kb.load import text_of
    from .queries.fhir.definition import exported

    texts = {path.relative_to(folder).as_posix(): text_of(path) for path in documents(folder)}
    return exported(_load(folder), texts, _version())


@cli.command()
@click.option("--format", "form", type=click.Choice(["dot", "mermaid", "svg", "png"]), default="dot",
              help="svg, png: drawn by Graphviz.")  # fmt: skip
@click.option("--focus", metavar="PREDICATE", default="", help="What this rests on, and what rests on it.")
@click.option("--depth", type=click.IntRange(0), help="Steps from the focus.")
@output_option
@kb_option
def graph(form: str, focus: str, depth: int | None, output: Path | None, kb_folder: Path) -> None:
    """The predicates of the guideline and what rests on what, a box for each stratum.

    Dashed: a condition that must not hold. Dotted: an exception. A thick border: a predicate that rests on itself.

    Example: guidekb graph --focus hormone_receptor_positive --depth 2 --format svg -o graph.svg
    """
    from .queries.workshop.predicate_graph import predicate_graph
    from .queries.workshop.predicate_graph_text import graph_text

    _put(graph_text(predicate_graph(_load(kb_folder), focus, depth), form), output)


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0 picks a free one.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True,
              help="Processes that evaluate, each with the knowledge base loaded.")  # fmt: skip
@click.option("--public-url", default="", metavar="URL", help="Where clients reach it: for links and tokens.")
@click.option("--name", "names", multiple=True, help="A further name by which it may be called (Host).")
@click.option("--allow-origin", "origins", multiple=True, metavar="URL",
              help="A site whose scripts may call it (CORS).")  # fmt: skip
@click.option("--token-file", type=click.Path(path_type=Path), metavar="FILE",
              help="Only who has this token is let in: as bearer, or as password in a browser.")  # fmt: skip
@click.option("--client", "clients", multiple=True, metavar="ISSUER=FILE",
              help="A CDS Hooks client that is let in by its signed tokens: its keys, as a JWK set.")  # fmt: skip
@click.option("--tls-cert", type=click.Path(path_type=Path), metavar="FILE", help="Speak TLS with this certificate.")
@click.option("--tls-key", type=click.Path(path_type=Path), metavar="FILE", help="The key of the certificate.")
@click.option("--tls-client-ca", type=click.Path(path_type=Path), metavar="FILE",
              help="Only clients with a certificate of this authority are let in.")  # fmt: skip
@click.option("--proxy", "proxies", multiple=True, metavar="ADDRESS",
              help="A proxy in front, whose X-Forwarded-For is believed.")  # fmt: skip
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Keep feedback here.")
@click.option("--time-limit", type=click.FloatRange(0.1, 600), default=10, show_default=True, metavar="SECONDS",
              help="What one evaluation may take.")  # fmt: skip
@click.option("--patience", type=click.FloatRange(0.1, 600), default=10, show_default=True, metavar="SECONDS",
              help="What a client may take to send a request.")  # fmt: skip
@click.option("--largest", type=click.IntRange(1, 200), default=8, show_default=True, metavar="MIB",
              help="The largest body of a request.")  # fmt: skip
@click.option("--rate", type=click.FloatRange(0, 1e6), default=100, show_default=True, metavar="N",
              help="Requests a second that one client may make; 0 for no limit.")  # fmt: skip
@kb_option
def serve(
    host: str, port: int, workers: int, public_url: str, names: tuple[str, ...], origins: tuple[str, ...],
    token_file: Path | None, clients: tuple[str, ...], tls_cert: Path | None, tls_key: Path | None,
    tls_client_ca: Path | None, proxies: tuple[str, ...], data: Path | None, time_limit: float,
    patience: float, largest: int, rate: float, kb_folder: Path,
) -> None:  # fmt: skip
    """The service for other programs and for browsers: REST with OpenAPI, CDS Hooks, the page of a patient.

    SIGHUP reads the knowledge base again; a broken one is refused, and the old one goes on answering. SIGTERM and
    Ctrl-C let requests finish. Each request is one line on standard error, with nothing of a patient (docs/clinic.md).

    \b
    Examples:
      guidekb serve
      guidekb serve --workers 2 --token-file token --data feedback --public-url https://cds.example.org
    """
    from .facts.edit import edited, text_of
    from .facts.example_files import example_bytes, example_names
    from .facts.fhir.draft_orders import read_orders, recorded_orders, with_orders
    from .facts.fhir.order_table import drafts
    from .facts.fhir.prefetch import read_prefetch
    from .facts.read import read
    from .queries.service.access import Access, read_token
    from .queries.service.app import app
    from .queries.service.desk import Readers
    from .queries.service.feedback import Kept
    from .queries.service.knowledge import source
    from .queries.service.office import Office
    from .queries.service.server import Tls, address, listen, warnings
    from .queries.service.server import serve as run
    from .queries.service.service import Programs, Service, World
    from .queries.service.settings import MIB, Settings, settings_of
    from .queries.service.tokens import clients as read_clients

    def tell(line: str) -> None:
        click.echo(line, err=True)

    def office(programs: Programs) -> Office:
        more = {"record": text_of, "examples": example_names, "example": example_bytes, "drafts": drafts,
                "read_prefetch": read_prefetch, "read_orders": read_orders, "recorded_orders": recorded_orders,
                "with_orders": with_orders}  # fmt: skip
        readers = Readers(read, partial(edited, options=("set", "unset")), more)  # as requests name the two
        return Office(programs, readers, workers, time_limit, public_url)

    if bool(tls_cert) != bool(tls_key) or (tls_client_ca and not tls_cert):
        raise click.UsageError("TLS needs --tls-cert and --tls-key together, and --tls-client-ca needs both")
    if wrong := next((c for c in clients if not all(c.rpartition("="))), None):
        raise click.UsageError(f"--client is ISSUER=FILE, not `{printable(wrong)}`")
    if clients and not public_url:
        raise click.UsageError("--client needs --public-url: a token is for one address, which has to be known")
    try:
        limits = Settings(workers, largest * MIB, time_limit, patience, rate=rate)
        settings = settings_of(host, names, public_url, origins, limits)
        keys = read_clients((c.rpartition("=")[0], Path(c.rpartition("=")[2])) for c in clients) if clients else None
        access, kept = Access(read_token(token_file) if token_file else "", keys), Kept(data) if data else None
        tls = Tls(tls_cert, tls_key, tls_client_ca).checked() if tls_cert and tls_key else None
    except Invalid as invalid:
        _fail(invalid, USAGE)
    world = World(time.time, time.monotonic, tell, tell)
    try:
        service = Service(source(kb_folder), office, settings, world, access, kept)
    except Invalid as invalid:
        _fail(invalid, BAD_KB)
    try:
        opened = listen(host, port)
    except Invalid as invalid:
        _fail(invalid, USAGE)
    for line in warnings(host, access, tls):
        tell(line)
    if kept:
        tell(f"feedback is kept in {printable(str(kept.path))}")
    tell(f"guidekb serves at {address(host, opened, tls)} (stop with Ctrl-C)")
    run(app(service), service, opened, tls, proxies)


@cli.command("facts")
@click.argument("source", metavar="SOURCE")
@click.option("--format", "form", type=click.Choice(["text", "json", "record"]), default="text",
              help="record: a record in YAML that says the same.")  # fmt: skip
@output_option
@kb_option
@as_of_option
def facts_of(source: str, form: str, output: Path | None, kb_folder: Path, as_of: datetime | None) -> None:
    """What a file or folder says of its patients: each fact with its source, each resource that gave none with why.

    Example: guidekb facts facts/examples/fhir/anti-yo-early.json
    """
    from .facts.report import report
    from .facts.report_text import report_json, report_record, report_text

    found = report(source, _load(kb_folder), as_of.date() if as_of else None)
    _tell(found.warnings)
    _put({"text": report_text, "json": report_json, "record": report_record}[form](found), output)


@cli.command()
@click.option("--tests/--no-tests", default=True, help="Also tell what the test cases exercise.", show_default=True)
@output_option
@kb_option
def doc(tests: bool, output: Path | None, kb_folder: Path) -> None:
    """The guideline as one HTML page that needs no other file: each statement beside its rules in sentences.

    With the vocabulary, the readings, a graph of what rests on what (drawn by Graphviz), the test cases that exercise
    each rule and what none shows, and what CHANGELOG.md, in the folder of the knowledge base or beside it, says of
    knowledge.

    \b
    Examples:
      guidekb doc -o guideline.html
      guidekb doc --kb my-guideline/ --no-tests -o guideline.html
    """
    from .facts.case_files import case_files, folders_of, gap_files
    from .facts.cases import read_cases
    from .facts.gaps import read_gaps
    from .queries.wording.words import words
    from .queries.workshop.doc_page import doc_page
    from .queries.workshop.doc_source import doc_of
    from .queries.workshop.doc_tests import exercise_of

    program, found = _load(kb_folder), None
    if tests:
        folders = folders_of(kb_folder)
        cases = [case for path in case_files(folders) for case in _read_or_none(path, program, read_cases)]
        gaps = [gap for path in gap_files(folders) for gap in _read_or_none(path, program, lambda p, _: read_gaps(p))]
        found = exercise_of(program, cases, gaps)
    _put(doc_page(doc_of(kb_folder, program, found), words()), output)


def _read_or_none(
    path: Path, program: Program, read: Callable[[Path, Program], Iterable[T]]
) -> Iterable[T]:  # fmt: skip
    """What a file of cases or gaps has; nothing, and a warning, when it cannot be read."""
    try:
        return tuple(read(path, program))
    except Invalid as invalid:
        _tell(invalid.diagnostics)
        return ()


@cli.command()
@click.argument("patient", metavar="[PATIENT]", required=False)
@click.option("--rules", type=click.Path(path_type=Path), help="A Datalog file: added to the guideline, or run alone.")
@click.option("--history", type=click.Path(dir_okay=False), metavar="FILE",
              help="Keep the lines here; without it they are forgotten, since they may tell of a patient.")  # fmt: skip
@patient_option
@kb_option
@as_of_option
@color_option
@width_option
def repl(
    patient: str | None, rules: Path | None, history: str | None, wanted: str | None, kb_folder: Path,
    as_of: datetime | None, color: str, width: int | None,
) -> None:  # fmt: skip
    """A conversation: goals over a record, :why, :why-not, :set, :listing, :reload; :help tells all.

    At a terminal with completion and history where prompt_toolkit is installed (`pip install 'guidekb[repl]'`); piped,
    it reads lines, and exits 1 when one of them could not be answered.

    \b
    Examples:
      guidekb repl facts/examples/published-01.yaml
      printf '%s\\n' 'recommend(P, A)' ':why 1' | guidekb repl facts/examples/published-01.yaml
    """
    from .facts.edit import edited
    from .queries.goals.query import program_of
    from .queries.wording.words import words
    from .queries.workshop.repl import Doors, Repl
    from .queries.workshop.repl_complete import completions
    from .queries.workshop.repl_terminal import terminal

    def program() -> Program:
        return program_of(kb_folder, rules)

    def change(edb: EDB, sets: list[str], unsets: list[str], known: Program) -> EDB:
        done = edited(edb, sets, unsets, known, "repl", as_of.date() if as_of else None, (":set", ":unset"))
        _tell(done.warnings)
        return done.edb

    def record(path: str, known: Program) -> EDB:
        return _one(path, wanted, known, as_of)

    try:
        talk = Repl(Doors(program, record, change), patient, _layout(color, width), words())
    except Invalid as invalid:
        _fail(invalid, BAD_KB)
    ask = terminal(lambda line: completions(talk.program, line), history) if sys.stdin.isatty() else None
    failed = False
    while not talk.done:
        try:
            if ask:
                line = ask("|  " if talk.unfinished else "?- ")
            else:
                if sys.stdin.isatty():
                    click.echo("|  " if talk.unfinished else "?- ", nl=False, err=True)
                line = sys.stdin.readline()
                if not line:
                    raise EOFError
            click.echo(talk.hear(line.rstrip("\n")), nl=False)
        except EOFError:
            break
        except KeyboardInterrupt:
            continue
        except Invalid as invalid:
            _tell(invalid.diagnostics)
            failed = True
        except SystemExit:  # a record that cannot be used has been told
            failed = True
    try:
        click.echo(talk.close(), nl=False)
    except Invalid as invalid:
        _tell(invalid.diagnostics)
        failed = True
    sys.exit(FOUND if failed and not sys.stdin.isatty() else OK)


@cli.command()
@click.option("--property", "names", metavar="NAME", multiple=True, help="Only this property; may be repeated.")
@click.option("--patient", "patients", metavar="FILE", multiple=True, help="As guards on these patients instead.")
@click.option("--format", "form", type=click.Choice(["text", "json", "junit", "sarif", "md"]), default="text")
@click.option("--baseline", type=click.Path(path_type=Path, dir_okay=False), help="Fail only on what is new.")
@click.option("--write-baseline", "write", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Keep what is found, as classes of patients.")  # fmt: skip
@click.option("--verbose", is_flag=True, help="Every sentence and every note.")
@output_option
@kb_option
@as_of_option
@color_option
@width_option
def verify(
    names: tuple[str, ...], patients: tuple[str, ...], form: str, baseline: Path | None, write: Path | None,
    verbose: bool, output: Path | None, kb_folder: Path, as_of: datetime | None, color: str, width: int | None,
) -> None:  # fmt: skip
    """Every property of the guideline for every patient of the vocabulary: proved, or for whom it fails and why.

    Needs the solver: pip install 'guidekb[verify]'. Exit 1 when something is wrong; with --baseline, when it is new.

    Example: guidekb verify --baseline kb/properties/baseline.json
    """
    from .kb.properties import load_verifiable
    from .queries.verify.present import guarded, verified

    day = as_of.date() if as_of else date.today()
    try:
        given = load_verifiable(kb_folder)
    except Invalid as invalid:
        _fail(invalid, BAD_KB)
    if patients:
        if form not in ("text", "json") or baseline or write:
            raise click.UsageError("--patient goes with --format text or json, and with no baseline")
        read = [*_patients(patients, given.program, as_of)]
        shown = guarded(given, (edb for edb in read if edb), day, names, form)
        _put(shown.text, output)
        sys.exit(BAD_DATA if None in read else FOUND if shown.wrong else OK)
    if names and write:
        raise click.UsageError("a baseline is of all properties: --write-baseline goes without --property")
    where, layout = _from_here(kb_folder), _layout(color, width)
    try:
        shown = verified(given, form, layout, day, _progress(), names, baseline, write, verbose, where)
    except (UnknownName, Unavailable):
        raise
    except Invalid as invalid:
        _fail(invalid, BAD_KB)
    _put(shown.text, output)
    if write and not shown.partial:
        _put(shown.kept, write)
    sys.exit(INTERRUPTED if shown.partial else FOUND if shown.wrong else OK)


def _from_here(folder: Path) -> str:
    """A folder as seen from the working directory; "" for that itself, an absolute path when it is elsewhere."""
    try:
        found = folder.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return folder.resolve().as_posix()
    return "" if found == "." else found


def _progress() -> Callable[[int, int, str], None]:
    """Tells on standard error how far a long command is, once it has taken a second; with the time that is left."""
    from time import monotonic

    start, told = monotonic(), [0.0]

    def tell(done: int, total: int, doing: str) -> None:
        now = monotonic()
        if now - start > 1 and now - told[0] > 1 and sys.stderr.isatty():
            told[0] = now
            left = f", about {(now - start) / done * (total - done):.0f} s left" if done else ""
            click.echo(f"{done} of {total}{left}: {doing}", err=True)

    return tell


@cli.command()
@click.argument("paths", metavar="[PATH...]", nargs=-1, type=click.Path(path_type=Path))
@kb_option
def watch(paths: tuple[Path, ...], kb_folder: Path) -> None:
    """Check and test again on every save: first the cases that the change touches, then the others; Ctrl-C ends it.

    PATH is a file or folder of test cases, as for `guidekb test`. A rule touches the cases that are about its statement
    and those in which it fires; the others could only change in what is undetermined or provisional.

    Example: guidekb watch --kb my-guideline/
    """
    from .facts.case_files import case_files, folders_of
    from .facts.cases import read_cases
    from .queries.rendering.present import findings
    from .queries.workshop.case_results import counted
    from .queries.workshop.watch import Watch

    def stamps(files: tuple[Path, ...]) -> dict[Path, tuple[int, int]]:
        """When each file was last written, and how large it is."""
        return {path: (at.st_mtime_ns, at.st_size) for path in files if path.exists() for at in [path.stat()]}

    def tests() -> dict[Path, tuple[int, int]]:
        return stamps(case_files(paths or folders_of(kb_folder)))

    def state() -> dict[Path, tuple[int, int]]:
        return stamps(documents(kb_folder)) | tests()

    watching, seen = Watch(lambda: load(kb_folder), tests, read_cases), dict[Path, tuple[int, int]]()
    while True:
        if (now := state()) == seen:
            time.sleep(0.1)
            continue
        seen = now
        try:
            batch = watching.save()
        except Invalid as invalid:
            click.echo(findings(None, invalid.diagnostics, "text"), nl=False)
            continue
        click.echo(findings(watching.program, (), "text"), nl=False)
        for name, group in (("touched", batch.touched), ("others", batch.others)):
            done: list[Outcome] = []
            for outcome in watching.run(group):
                done.append(outcome)
                if outcome.status != "passed":
                    click.echo(f"\n{outcome.status.upper()} {outcome.report.rstrip()}\n")
                if state() != seen:
                    break
            if done:
                click.echo(f"{name}: {len(done)} of {len(group)}: {counted(done)}")
            if state() != seen:
                break
        else:
            outcomes = watching.outcomes()
            click.echo(f"all: {len(outcomes)}: {counted(outcomes)}")


@cli.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--format", "form", type=click.Choice(["text", "md", "json"]), default="text",
              help="md: for a pull request.")  # fmt: skip
@output_option
@kb_option
@color_option
@width_option
def diff(old: str, new: str, form: str, output: Path | None, kb_folder: Path, color: str, width: int | None) -> None:
    """For which patients two versions answer otherwise, by class, and which rule did it; or a proof that none does.

    OLD and NEW are folders, or revisions that git knows in the folder of the knowledge base. Exit 1 on a difference.

    Example: guidekb diff HEAD~1 HEAD
    """
    from .queries.verify.diff import difference
    from .queries.verify.diff_text import diff_text
    from .queries.verify.versions import version

    try:
        versions = version(old, kb_folder), version(new, kb_folder)
    except UnknownName:
        raise
    except Invalid as invalid:
        _fail(invalid, BAD_KB)
    try:
        found = difference(*versions, _progress())
    except Unavailable:
        raise
    except Invalid as invalid:
        _fail(invalid, BAD_KB)
    _put(diff_text(found, form, _layout(color, width)), output)
    sys.exit(INTERRUPTED if found.partial else OK if found.alike else FOUND)


@cli.command()
@click.argument("paths", metavar="[PATH...]", nargs=-1, type=click.Path(path_type=Path))
@click.option("--rule", "rules", metavar="ID", multiple=True, help="Only mutants of this rule; may be repeated.")
@click.option("--all", "everything", is_flag=True, help="The killed mutants too, each with what kills it.")
@click.option("--write", "folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
              help="Write test cases for surviving mutants, a file for each rule; none is overwritten.")  # fmt: skip
@format_option
@output_option
@kb_option
@color_option
@width_option
def mutate(
    paths: tuple[Path, ...], rules: tuple[str, ...], everything: bool, folder: Path | None, form: str,
    output: Path | None, kb_folder: Path, color: str, width: int | None,
) -> None:  # fmt: skip
    """Systematic changes of the rules: killed by a test case or a property, surviving, or proved to change no answer.

    PATH is a file or folder of test cases, as for `guidekb test`. Exit 1 when a mutant survives. Needs the solver:
    pip install 'guidekb[verify]'.

    Example: guidekb mutate --rule endocrine_metastatic_hr_positive --all
    """
    from .facts.edit import text_of
    from .queries.verify.mutate_text import judged, mutation_json, mutation_text, survivor_files

    given = _verifiable(kb_folder)
    found = judged(given, _cases(given.program, kb_folder, paths), rules, _progress())
    if form == "json":
        _put(mutation_json(found, given.program), output)
    else:
        _put(mutation_text(found, given.program, _layout(color, width), everything), output)
    if folder is not None:
        _put_new(survivor_files(found, folder, lambda edb: text_of(edb, given.program)))
    sys.exit(INTERRUPTED if found.partial else FOUND if found.of("surviving") else OK)


def _verifiable(folder: Path) -> Verifiable:
    from .kb.properties import load_verifiable

    try:
        return load_verifiable(folder)
    except Invalid as invalid:
        _fail(invalid, BAD_KB)


def _cases(program: Program, kb_folder: Path, paths: tuple[Path, ...]) -> list[TestCase]:
    """The test cases of these files, or of the knowledge base; a file that cannot be read is told, and left out."""
    from .facts.case_files import case_files, folders_of
    from .facts.cases import read_cases

    cases: list[TestCase] = []
    for path in case_files(paths or folders_of(kb_folder)):
        try:
            cases += read_cases(path, program)
        except Invalid as invalid:
            _tell(invalid.diagnostics)
    return cases


def _put_new(files: dict[Path, str]) -> None:
    """New files; none is overwritten, and when one is there already none is written."""
    there = [path for path in files if path.exists()]
    if there:
        raise click.UsageError(f"`{printable(str(there[0]))}` is there already; no file is overwritten")
    for path, text in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise click.UsageError(f"cannot make `{printable(str(path.parent))}`: {error.strerror}") from error
        _put(text, path)
        click.echo(f"wrote {printable(path.as_posix())}", err=True)


@cli.command()
@click.option("--for", "kind", type=click.Choice(["rules", "conditions", "mutants"]), default="rules",
              show_default=True,
              help="Every rule concludes, every condition decides, or every change of a rule is noticed.")  # fmt: skip
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Write the cases to FILE, which must not be there yet.")  # fmt: skip
@kb_option
def suite(kind: Literal["rules", "conditions", "mutants"], output: Path | None, kb_folder: Path) -> None:
    """The fewest patients who show every rule or condition, or kill every mutant, as test cases for review.

    Needs the solver: pip install 'guidekb[verify]'.

    Example: guidekb suite --for conditions -o tests/guideline/cases/conditions.yaml
    """
    from .facts.edit import text_of
    from .queries.verify.mutant_suite_text import mutant_suite_file
    from .queries.verify.suite_text import suite_file

    program = _load(kb_folder)

    def written(edb: EDB) -> str:
        return text_of(edb, program)

    if kind == "mutants":
        text, told, found = mutant_suite_file(program, written, _progress())
    else:
        text, told, found = suite_file(program, kind, written, _progress())
    if output is None:
        _put(text, None)
    else:
        _put_new({output: text})
    for line in told:
        click.echo(line, err=True)
    sys.exit(INTERRUPTED if found.partial else OK)


@cli.command()
@kb_option
def lsp(kb_folder: Path) -> None:
    """A language server for editors: what is wrong as you type, definitions, rename (docs/editors.md).

    It speaks the Language Server Protocol on standard input and output; an editor starts it. The files of a knowledge
    base are known by its vocabulary.md; `.dl` files that are in none belong to the one of --kb. Needs pygls:
    pip install 'guidekb[lsp]'.

    Example: guidekb lsp
    """
    from importlib.metadata import version

    from .facts.case_files import case_files, folders_of, gap_files, kb_of
    from .facts.case_words import case_words
    from .facts.cases import read_cases
    from .facts.source import bytes_of
    from .queries.editor.doors import Doors
    from .queries.editor.start import serve

    def cases(folder: Path) -> tuple[Path, ...]:
        return (*case_files(folders_of(folder)), *gap_files(folders_of(folder)))

    def content(path: str) -> bytes:
        return bytes_of(path, None)

    doors = Doors(kb_folder, cases, kb_of, read_cases, content, case_words, _code_pages())
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as out:  # its own, which it may close when the client leaves
        serve(doors, version("guidekb"), sys.stdin.buffer, out)


@cli.command("explain-code")
@click.argument("code", metavar="CODE")
def explain_code(code: str) -> None:
    """What an error code means, and how to mend it.

    Example: guidekb explain-code E201
    """
    from .kb.codes import page

    click.echo(page(code, _code_pages()), nl=False)


def _code_pages() -> tuple[Path, ...]:
    """The files with a section for each code."""
    rooms = ("kb", "kb/lints", "facts", "facts/columns", "facts/fhir", "queries")
    return tuple(Path(__file__).parent / room / "errors.md" for room in rooms)


@cli.command()
@click.argument("files", metavar="[FILE...]", nargs=-1, type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing; exit 1 when a file is not in canonical layout.")
@click.option("--diff", "difference", is_flag=True, help="Write nothing; show what would change.")
@kb_option
def fmt(files: tuple[Path, ...], check: bool, difference: bool, kb_folder: Path) -> None:
    """Bring documents and .dl files into canonical layout; what they say, and their comments, stay the same.

    Without FILE, all documents of the knowledge base. A file that cannot be read stays as it is (exit 3).

    \b
    Examples:
      guidekb fmt --kb my-guideline/
      guidekb fmt --check --diff kb/guidelines/paraneoplastic_breast.md
    """
    from .kb.format_document import canonical_text
    from .kb.rewrite import rewritten

    code, changed, paths = OK, 0, files or documents(kb_folder)
    for path in paths:
        try:
            file = rewritten(path, canonical_text)
        except Invalid as invalid:
            _tell(invalid.diagnostics)
            code = BAD_KB
            continue
        if file.changed and difference:
            click.echo(file.diff, nl=False)
        elif file.changed:
            click.echo(f"{'would change' if check else 'changed'} {printable(path.as_posix())}")
        if file.changed and not (check or difference):
            _put(file.content, path)
        changed += file.changed
        code = code or (FOUND if check and file.changed else OK)
    if not (difference or changed) and code == OK:
        click.echo(f"ok: {len(paths)} file{'' if len(paths) == 1 else 's'} in canonical layout")
    sys.exit(code)


@cli.command()
@click.option("--fix", is_flag=True, help="Mend what can be mended safely, then show the rest.")
@click.option("--reviewed", metavar="ID", multiple=True, help="Note in reviewed.json that the rules of this statement "
              "(or of `all`) have been compared with its text as it is now.")  # fmt: skip
@click.option("--select", metavar="CODE", multiple=True, help="Only these findings.")
@click.option("--ignore", metavar="CODE", multiple=True, help="Not these findings.")
@click.option("--tests/--no-tests", default=True, help="Also tell which rules no test case fires.", show_default=True)
@click.option("--list", "listing", is_flag=True, help="List what is looked for.")
@format_option
@kb_option
def lint(
    fix: bool, reviewed: tuple[str, ...], select: tuple[str, ...], ignore: tuple[str, ...], tests: bool, listing: bool,
    form: str, kb_folder: Path,
) -> None:  # fmt: skip
    """What is allowed in a knowledge base and yet worth mending; exit 1 when there is any.

    A finding that is meant is allowed, with the reason, in a comment: `% lint: allow W604 because ...` above the rule
    or at the end of its line; `<!-- lint: allow W703 because ... -->` above a statement.

    \b
    Examples:
      guidekb lint --kb my-guideline/ --fix
      guidekb lint --reviewed S14
      guidekb explain-code W604
    """
    from .kb.lints import CODES
    from .kb.lints import lint as findings_of
    from .kb.lints.context import Linted
    from .kb.lints.fixing import mended_files
    from .kb.lints.reviewed import FILE, read_reviewed, reviewed_text
    from .kb.load import texts_of
    from .queries.workshop.lint_results import code_list, lint_json, lint_text

    if listing:
        click.echo(code_list(), nl=False)
        return
    program = _load(kb_folder)
    _known("code", (*select, *ignore), CODES)
    _known("statement", tuple(r for r in reviewed if r != "all"), [s.id for s in program.statements])
    codes = [c for c in CODES if c not in ignore and (not select or c in select)]
    try:
        before = read_reviewed(kb_folder)
        if reviewed:
            _put(reviewed_text(program, before, reviewed), kb_folder / FILE)
        fired = _fired(program, kb_folder) if tests else None
        folder = "" if kb_folder == HOME else kb_folder.as_posix()
        at = Linted(program, texts_of(kb_folder), read_reviewed(kb_folder), fired, folder)
        if fix:
            for file in mended_files(kb_folder, at, codes):
                _put(file.content, file.path)
                click.echo(f"mended {printable(file.path.as_posix())}", err=True)
            at = Linted(_load(kb_folder), texts_of(kb_folder), at.reviewed, at.fired, folder)
        found = findings_of(at, codes)
    except Invalid as invalid:
        _fail(invalid, BAD_KB)
    click.echo(lint_json(found) if form == "json" else lint_text(found, len(at.rules)), nl=False)
    sys.exit(FOUND if found else OK)


def _known(noun: str, names: tuple[str, ...], known: Iterable[str]) -> None:
    """Exit 6 when a name is none that is known."""
    for name in names:
        if name not in (listed := list(known)):
            help_ = suggest(name, listed)
            _fail(UnknownName([Diagnostic("Q648", f"there is no {noun} `{name}`", help=help_)]), UNKNOWN_NAME)


def _fired(program: Program, kb_folder: Path) -> frozenset[str] | None:
    """The rules that a test case fires; None when there is no case."""
    from .facts.case_files import case_files, folders_of
    from .facts.cases import read_cases
    from .queries.answers.assess import Knowledge
    from .queries.workshop.coverage_seen import fired

    records: list[EDB] = []
    for path in case_files(folders_of(kb_folder)):
        try:
            records += (case.edb for case in read_cases(path, program) if case.edb)
        except Invalid:
            continue  # `guidekb test` says why
    return fired(Knowledge(program).normal, records) if records else None


@cli.group()
def cohort() -> None:
    """Whole cohorts: the same rules and traces for many patients, as tables (needs guidekb[cohort]).

    Example: guidekb cohort run facts/examples --out cohort/
    """


@cohort.command("run")
@click.argument("source", metavar="SOURCE", type=click.Path(path_type=Path), required=False)
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="DIR",
              help="Where the results go: a new folder, or one that an earlier run began.")  # fmt: skip
@click.option("--processes", type=click.IntRange(1, 256), default=1, show_default=True, help="Partitions at once.")
@click.option("--memory", default="1G", show_default=True, metavar="SIZE", help="For all processes: 800M, 4G.")
@click.option("--partitions", type=click.IntRange(1, 100_000), help="How many files; by default from the size.")
@click.option("--spark", metavar="MASTER", help="Partitions are evaluated by Spark: `local[2]`, `spark://HOST:7077`, "
              "`yarn`, `k8s://...`, or `sc://HOST` for Spark Connect (needs guidekb[spark]).")  # fmt: skip
@click.option("--spark-conf", "spark_conf", metavar="KEY=VALUE", multiple=True, help="A setting of Spark's.")
@click.option("--update", "changed", is_flag=True, help="SOURCE has only the patients that changed, each whole; DIR is "
              "the cohort that they belong to.")  # fmt: skip
@click.option("--removed", type=click.Path(path_type=Path), metavar="FILE",
              help="With --update: patients who leave the cohort, one id on a line.")  # fmt: skip
@click.option("--rewrite-share", "share", type=click.FloatRange(0, 1), metavar="SHARE", help="With --update: a "
              "partition is made anew when more of its patients than this have changed (0.05).")  # fmt: skip
@kb_option
@as_of_option
def cohort_run(
    source: Path | None, out: Path, processes: int, memory: str, partitions: int | None, spark: str | None,
    spark_conf: tuple[str, ...], changed: bool, removed: Path | None, share: float | None, kb_folder: Path,
    as_of: datetime | None,
) -> None:  # fmt: skip
    """Evaluate every patient of SOURCE: answers, firings with bindings, undetermined fields, problems of the data.

    SOURCE is a folder of tables of facts (PREDICATE/*.parquet or *.csv), or of records, or of FHIR. What is finished is
    kept: run again to go on after an interruption. Exit 4 when some of the data cannot be used.

    With --update, the newest record of a patient replaces the older one, and the others keep their results.

    Examples:

    \b
      guidekb cohort run facts/examples --out cohort/ --processes 2
      guidekb cohort run today/ --out cohort/ --update --removed left.txt
    """
    from .facts.columns.required import required

    required()
    from .facts.columns.cohort import gather
    from .queries.cohort.cohort import Settings, evaluated, memory_of, told

    if not changed and (removed is not None or share is not None):
        raise click.UsageError("--removed and --rewrite-share are for --update")
    if changed and partitions is not None:
        raise click.UsageError("--partitions is for whole cohorts; with --update they stay as they are")
    if source is None and removed is None:
        raise click.UsageError("Missing argument 'SOURCE'.")
    settings = Settings(memory_of(memory), processes, partitions)
    program, meter = _load(kb_folder), _Meter()
    day = as_of.date() if as_of else None
    if changed:
        from .facts.columns.cohort import update
        from .facts.columns.update import SHARE, Change, removed_in

        change = Change(source, removed_in(removed) if removed else (), SHARE if share is None else share)
        into = update(change, out, program, day, meter.step)
    else:
        into = gather(cast("Path", source), program, day, meter.step)
    try:
        done = evaluated(program, out, settings, into, meter, _spark(spark, spark_conf))
    except OSError as error:
        raise click.UsageError(f"cannot write to `{printable(str(out))}`: {error.strerror or error}") from error
    except KeyboardInterrupt:
        meter.end()
        click.echo("interrupted; what is finished is kept: run the same command again to go on", err=True)
        sys.exit(INTERRUPTED)
    finally:
        meter.end()
    _tell(done.findings)
    click.echo(told(done, out), nl=False)
    sys.exit(BAD_DATA if done.lost else OK)


def _spark(master: str | None, settings: tuple[str, ...]) -> Spread | None:
    """Who evaluates the partitions, when it is a cluster."""
    if master is None:
        if settings:
            raise click.UsageError("--spark-conf is for --spark MASTER")
        return None
    from .queries.cohort.spark import Cluster

    pairs: dict[str, str] = {}
    for setting in settings:
        key, _, value = setting.partition("=")
        if not key.startswith("spark.") or not value:
            raise click.UsageError(f"--spark-conf takes KEY=VALUE, as in spark.executor.memory=2g, not `{setting}`")
        pairs[key] = value
    return Cluster(master, pairs).spread


cohort_memory = click.option("--memory", default="1G", show_default=True, metavar="SIZE", help="At most: 800M, 4G.")
DIR = click.Path(path_type=Path)


@cohort.command("summary")
@click.argument("out", metavar="DIR", type=DIR)
@click.option("--format", "form", type=click.Choice(["text", "json", "html"]), default="text",
              help="html: one page with plots, and with the audit.")  # fmt: skip
@output_option
@cohort_memory
@kb_option
@color_option
@width_option
def cohort_summary(
    out: Path, form: str, output: Path | None, memory: str, kb_folder: Path, color: str, width: int | None
) -> None:
    """How many patients have each conclusion with each status, by statement; and what is missing of how many.

    Example: guidekb cohort summary cohort/ -o report.html
    """
    from .queries.wording.words import words

    form, said = _form(form, output, ("text", "json", "html")), words(ORIGINAL)
    of, program = _cohort(out, kb_folder)
    from .queries.cohort.audit import audit
    from .queries.cohort.cohort import Settings, memory_of
    from .queries.cohort.overview import overview
    from .queries.cohort.overview_html import overview_html
    from .queries.cohort.overview_text import overview_json, overview_text

    practice = kb_folder / PRACTICE
    settings = Settings(memory_of(memory))
    audited = audit(load(kb_folder, [practice]), of, settings.rows) if form == "html" and practice.is_file() else None
    found = overview(program, of, settings.memory, audited)
    if form == "json":
        _put(overview_json(found), output)
    else:
        _put(
            overview_html(found, said) if form == "html" else overview_text(found, _layout(color, width), said), output
        )


@cohort.command("audit")
@click.argument("out", metavar="DIR", type=DIR)
@click.option("--rules", type=click.Path(path_type=Path), metavar="FILE", help="What has to be recorded for an "
              "action to count as done; by default audit/practice.md of the knowledge base.")  # fmt: skip
@click.option("--list", "name", metavar="ACTION", help="The patients who do not have it on record as done, one a line; "
              "of what is advised against, those who have it on record.")  # fmt: skip
@click.option("--unrecorded", is_flag=True, help="With --list: those of whom nothing is recorded of it.")
@format_option
@output_option
@cohort_memory
@kb_option
@color_option
@width_option
def cohort_audit(
    out: Path, rules: Path | None, name: str | None, unrecorded: bool, form: str, output: Path | None, memory: str,
    kb_folder: Path, color: str, width: int | None,
) -> None:  # fmt: skip
    """Where practice departs from the guideline: recommended but not done, done against advice, by statement.

    What is not recorded is counted as not recorded, never as not done.

    \b
    Examples:
      guidekb cohort audit cohort/
      guidekb cohort audit cohort/ --list definitive_breast_surgery
    """
    from .queries.wording.sentences import sentences
    from .queries.wording.words import words

    of, program = _cohort(out, kb_folder)
    from .queries.answers.named import known_name
    from .queries.cohort.audit import audit, listed
    from .queries.cohort.cohort import Settings, memory_of
    from .queries.cohort.overview_text import audit_json, audit_text

    practice = load(kb_folder, [rules or kb_folder / PRACTICE])
    settings, layout = Settings(memory_of(memory)), _layout(color, width)
    if name is not None:
        ids = sorted(set(listed(practice, of, settings.rows, known_name(program, name), unrecorded)))
        _put("".join(f"{subject}\n" for subject in ids), output)
        return
    found = audit(practice, of, settings.rows)
    if form == "json":
        _put(audit_json(found), output)
        return
    lines = audit_text(found, of.unfinished(), layout, sentences(program, words(ORIGINAL)))
    _put("\n".join(lines) + "\n", output)


@cohort.command("explain")
@click.argument("out", metavar="DIR", type=DIR)
@click.argument("patient", metavar="PATIENT")
@click.argument("name", metavar="ACTION")
@click.option("--format", "form", type=click.Choice(["text", *RENDERINGS]), default="text")
@output_option
@kb_option
@lang_option
@color_option
@width_option
def cohort_explain(
    out: Path, patient: str, name: str, form: str, output: Path | None, kb_folder: Path, lang: str, color: str,
    width: int | None,
) -> None:  # fmt: skip
    """Why, of one patient of a cohort: the proof that `guidekb explain` gives for the same record.

    Example: guidekb cohort explain cohort/ published-01 definitive_breast_surgery
    """
    from .queries.answers.assess import Knowledge, assess
    from .queries.rendering.present import explained
    from .queries.rendering.renderings import together
    from .queries.wording.words import words

    form = _form(form, output, ("text", *RENDERINGS))
    of, program = _cohort(out, kb_folder, lang)
    from .queries.cohort.one import record_of

    case = assess(Knowledge(program), record_of(program, of, patient))
    shown = explained(case, name, _layout(color, width), words(lang), form, None, False)
    _put(together([shown], form), output)


@cohort.command("diff")
@click.argument("first", metavar="DIR_A", type=DIR)
@click.argument("second", metavar="DIR_B", type=DIR)
@click.option("--exit-code", is_flag=True, help="Exit 1 when an answer differs.")
@format_option
@output_option
@cohort_memory
@kb_option
@color_option
@width_option
def cohort_diff(
    first: Path, second: Path, exit_code: bool, form: str, output: Path | None, memory: str, kb_folder: Path,
    color: str, width: int | None,
) -> None:  # fmt: skip
    """Whose answers changed between two runs, by which rules and by which facts; the runs may be of two versions.

    Example: guidekb cohort diff cohort-2025/ cohort-2026/
    """
    from .facts.columns.required import required
    from .queries.wording.sentences import sentences
    from .queries.wording.words import words

    required()
    from .queries.cohort.change import changes
    from .queries.cohort.change_text import changes_json, changes_text
    from .queries.cohort.cohort import memory_of
    from .queries.cohort.opened import opened
    from .queries.cohort.receipt import plan_of

    one, two = opened(first, None), opened(second, None)
    plans = [plan_of(folder) or {} for folder in (first, second)]
    found = changes(one, two, plans[0].get("kb_sha256") == plans[1].get("kb_sha256"), memory_of(memory))
    say = sentences(_load(kb_folder), words(ORIGINAL))
    for of in (one, two):
        if of.unfinished():
            click.echo(f"{of.out}: {of.unfinished()}", err=True)
    shown = changes_json(found) if form == "json" else changes_text(found, first, second, _layout(color, width), say)
    _put(shown, output)
    sys.exit(FOUND if exit_code and found else OK)


def _cohort(out: Path, kb_folder: Path, lang: str = ORIGINAL) -> tuple[Opened, Program]:
    """A folder with results, and the rules that made them."""
    from .facts.columns.required import required

    required()
    from .queries.cohort.opened import opened

    program = _load(kb_folder)
    return opened(out, program.sha256), program if lang == ORIGINAL else _load(kb_folder, lang)


class _Meter:
    """How far a run has come, on stderr: on a terminal one line that changes, elsewhere a line now and then."""

    def __init__(self) -> None:
        self.done, self.total, self.began, self.last = 0, 0, time.monotonic(), time.monotonic()
        self.live = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self.shown = False

    def begin(self, total: int) -> None:
        """The patients are read, and evaluating them begins."""
        self.done, self.total, self.began = 0, total, time.monotonic()

    def step(self, more: int) -> None:
        """So many more patients are done."""
        self.done += more
        now = time.monotonic()
        if now - self.last < (0.2 if self.live else 10):
            return
        self.last, self.shown = now, True
        rate = self.done / max(now - self.began, 0.001)
        told = f"read {self.done:,} patients"
        if self.total:
            left = (self.total - self.done) / max(rate, 0.001)
            share = 100 * self.done // self.total
            told = f"evaluated {self.done:,} of {self.total:,} patients ({share} %), {left / 60:.1f} minutes left"
        told += f", {rate:,.0f} a second"
        click.echo(f"\r\x1b[K{told}" if self.live else told, err=True, nl=not self.live)

    def end(self) -> None:
        """Leave the terminal as it was."""
        if self.live and self.shown:
            click.echo("\r\x1b[K", err=True, nl=False)


@cli.group()
def new() -> None:
    """Begin a guideline, a statement, a rule, a test case, or the page of a code; nothing is written over.

    Example: guidekb new guideline hypercalcemia source.txt --to my-guideline/
    """


into_option = click.option("--in", "into", type=click.Path(path_type=Path, dir_okay=False), required=True,
                           metavar="FILE", help="The file to put it into.")  # fmt: skip


@new.command("guideline")
@click.argument("slug", metavar="NAME")
@click.argument("source", metavar="[SOURCE.txt]", type=click.Path(path_type=Path), required=False)
@click.option("--to", "folder", type=click.Path(path_type=Path, file_okay=False), default=Path(), show_default="here",
              help="Folder of the knowledge base; made when it is not there.")  # fmt: skip
def new_guideline(slug: str, source: Path | None, folder: Path) -> None:
    """A guideline document, with one bullet for each sentence of the source, or with an example.

    A vocabulary and a file of test cases come with it, where there is none.

    Example: guidekb new guideline hypercalcemia source.txt --to my-guideline/
    """
    from .kb.scaffold import new_guideline as made

    with _unmade():
        files = made(folder, slug, source)
    for path, text in files.items():
        _parent(path)
        _put(text, path)
        click.echo(f"made {printable(path.as_posix())}")


@new.command("statement")
@click.argument("text", metavar="TEXT", required=False, default="")
@into_option
@click.option("--kind", default="recommend-for", show_default=True, help="What the statement does.")
@click.option("--id", "chosen", default="", help="Its id; if none is given, the next free one of the knowledge base.")
@click.option("--refs", default="", metavar="1,2", help="The source's reference numbers.")
@click.option("--line", type=click.IntRange(1), help="The line of the source.")
def new_statement(text: str, into: Path, kind: str, chosen: str, refs: str, line: int | None) -> None:
    """A statement at the end of a guideline document.

    Example: guidekb new statement 'Severe hypercalcemia is treated at once.' --in guidelines/hypercalcemia.md
    """
    from .kb.insert import elsewhere
    from .kb.insert import new_statement as made
    from .kb.load import text_of

    numbers = [n.strip() for n in refs.split(",") if n.strip()]
    if not all(n.isdecimal() for n in numbers):
        raise click.BadParameter("reference numbers are whole numbers, such as 1,2", param_hint="--refs")
    with _unmade():
        name, before = into.as_posix(), text_of(into)
        after, given = made(name, before, kind, text, chosen, tuple(map(int, numbers)), line, elsewhere(into))
    _put(after, into)
    click.echo(f"{given} in {printable(name)}")


@new.command("rule")
@click.argument("rule_id", metavar="ID")
@into_option
@click.option("--statement", required=True, metavar="ID", help="The statement or reading that it encodes.")
@click.option("--is", "rule", default="", metavar="RULE", help="The rule, such as 'recommend(P, rest) :- tired(P).'.")
def new_rule(rule_id: str, into: Path, statement: str, rule: str) -> None:
    """A rule under a statement: the one that is given, or one to be filled in.

    Example: guidekb new rule rest_when_tired --in guidelines/rest.md --statement S01
    """
    from .kb.insert import new_rule as made
    from .kb.load import text_of

    with _unmade():
        after = made(into.as_posix(), text_of(into), rule_id, statement, rule)
    _put(after, into)
    click.echo(f"{rule_id} in {printable(into.as_posix())}")


@new.command("test")
@click.argument("name", metavar="NAME")
@into_option
@click.option("--about", default="S01", show_default=True, metavar="ID", help="The statement that it is about.")
@kb_option
def new_test(name: str, into: Path, about: str, kb_folder: Path) -> None:
    """A test case to be filled in, at the end of a file of cases; the file is made when it is not there.

    The statement is looked for in the knowledge base whose folder of cases this is, or in the one of --kb.

    Example: guidekb new test 'Rest when tired' --in cases/rest.yaml --about S01
    """
    from .facts.case_files import kb_of
    from .kb.load import text_of, texts_of
    from .kb.scaffold import new_case

    with _unmade():
        before = text_of(into) if into.exists() else ""
        known = texts_of((kb_of(into) if kb_folder == HOME else None) or kb_folder)
        text = new_case(before, name, about, known)
    _parent(into)
    _put(text, into)
    click.echo(f"a case in {printable(into.as_posix())}")


@new.command("code")
@click.argument("code", metavar="CODE")
@click.argument("title", metavar="TITLE")
@click.option("--to", "folder", type=click.Path(path_type=Path, file_okay=False), default=Path(), show_default="here",
              help="A checkout of guidekb.")  # fmt: skip
def new_code(code: str, title: str, folder: Path) -> None:
    """The page of a new error or lint of guidekb itself, to be filled in.

    Example: guidekb new code W640 'a rule that nobody understands'
    """
    from .kb.load import text_of
    from .kb.scaffold import PAGES
    from .kb.scaffold import new_code as made

    page = folder / PAGES.get(code[:1], PAGES["E"])
    with _unmade():
        text = made(text_of(page), code, title)
    _put(text, page)
    click.echo(f"{code} in {printable(page.as_posix())}; it needs an example that has it, and a test")


@contextmanager
def _unmade() -> Generator[None, None, None]:
    """Nothing is made when something is wrong: unknown names exit 6, all else 3."""
    try:
        yield
    except UnknownName:
        raise
    except Invalid as invalid:
        _fail(invalid, BAD_KB)


def _parent(path: Path) -> None:
    """The folder for a file, made when it is not there."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.UsageError(f"cannot make `{printable(str(path.parent))}`: {error.strerror}") from error


@cli.command("test")
@click.argument("paths", metavar="[PATH...]", nargs=-1, type=click.Path(path_type=Path))
@click.option("-k", "words", metavar="WORDS", default="", help="Only cases with these words in their file, section, "
              "name or statements; `and`, `or`, `not` and parentheses join them.")  # fmt: skip
@click.option("-x", "--exitfirst", "first", is_flag=True, help="Stop at the first case that does not pass.")
@click.option("--junitxml", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Write the results as JUnit XML too.")  # fmt: skip
@click.option("--update", is_flag=True, help="Write the transcripts of cases anew; then read what has changed.")
@format_option
@kb_option
def run_tests(
    paths: tuple[Path, ...], words: str, first: bool, junitxml: Path | None, update: bool, form: str, kb_folder: Path
) -> None:  # fmt: skip
    """Run test cases: YAML files with patients and what the answer has to say of them (docs/test_cases.md).

    PATH is a file or a folder; without one, the folders `cases` in or beside the knowledge base. pytest finds the same
    cases. No case is a failure (exit 1), as is a case that fails; what one case does stops no other.

    \b
    Examples:
      guidekb test --kb my-guideline/
      guidekb test tests/guideline/cases -k 'S24 and not excluded'
    """
    from .queries.workshop.case_results import as_json, as_junit, closing, file_line

    found: list[Outcome] = []
    for path, outcomes in _outcomes(_load(kb_folder), kb_folder, paths, words, first, update):
        found += outcomes
        if form == "text" and outcomes:
            click.echo(file_line(path, outcomes))
    if junitxml:
        _put(as_junit(found), junitxml)
    click.echo(as_json(found) if form == "json" else closing(found), nl=False)
    if not found:
        _tell((Diagnostic("Q643", "no test case was found", help=_sought(paths, words, kb_folder)),))
    sys.exit(OK if found and all(o.status == "passed" for o in found) else FOUND)


@cli.command()
@click.argument("paths", metavar="[PATH...]", nargs=-1, type=click.Path(path_type=Path))
@click.option("--threshold", "least", metavar="PERCENT", multiple=True,
              help="Exit 1 when less is covered; `conditions=90` is for one measure.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "json", "html"]), default="text",
              help="html: the text of the guideline, colored, in one file that needs no other.")  # fmt: skip
@output_option
@kb_option
@color_option
@width_option
def coverage(
    paths: tuple[Path, ...], least: tuple[str, ...], form: str, output: Path | None, kb_folder: Path, color: str,
    width: int | None,
) -> None:  # fmt: skip
    """What the test cases show of the guideline: each statement, each rule, each condition.

    A condition is covered when it is seen to hold, with its rule firing, and to be the only one that fails. All rules
    that are loaded count. `gaps.yaml` among the cases says which gaps are meant, and why. The result is printed even
    when cases fail (exit 1).

    \b
    Examples:
      guidekb coverage --kb my-guideline/ --threshold 100 --threshold conditions=90
      guidekb coverage --format html -o coverage.html
    """
    from .facts.case_files import folders_of, gap_files
    from .facts.gaps import read_gaps
    from .queries.answers.assess import Knowledge
    from .queries.workshop.coverage_data import coverage as covered
    from .queries.workshop.coverage_data import idle_gaps
    from .queries.workshop.coverage_html import coverage_html
    from .queries.workshop.coverage_seen import Seen
    from .queries.workshop.coverage_text import below, coverage_json, coverage_text, thresholds

    try:
        wanted = thresholds(least)
    except Invalid as invalid:
        _fail(invalid, USAGE)
    program = _load(kb_folder)
    seen, bad, ran = Seen(program, Knowledge(program).normal), list[Diagnostic](), 0
    for path, outcomes in _outcomes(program, kb_folder, paths):
        for outcome in outcomes:
            ran += 1
            if outcome.assessed and outcome.recorded:
                seen.add(outcome.assessed, outcome.recorded)
        if any(o.status != "passed" for o in outcomes):
            bad.append(Diagnostic("Q646", f"not all cases of `{path}` pass", help="`guidekb test` says why"))
    gaps = tuple(gap for file in gap_files(paths or folders_of(kb_folder)) for gap in read_gaps(file))
    found = covered(seen, gaps)
    forms = {"json": lambda: coverage_json(found), "html": lambda: coverage_html(program, found)}
    _put(forms[form]() if form in forms else coverage_text(found, _layout(color, width)), output)
    bad += idle_gaps(gaps, seen)
    bad += (Diagnostic("Q647", line) for line in below(found, wanted))
    bad += [] if ran else [Diagnostic("Q643", "no test case was found", help=_sought(paths, "", kb_folder))]
    _tell(tuple(bad))
    sys.exit(FOUND if bad else OK)


def _outcomes(
    program: Program, kb_folder: Path, paths: tuple[Path, ...], words: str = "", first: bool = False,
    update: bool = False,
) -> Iterator[tuple[str, list[Outcome]]]:  # fmt: skip
    """Each file of cases with what came of those that `words` pick."""
    from .facts.case_files import case_files, folders_of
    from .facts.cases import read_cases
    from .queries.answers.assess import Knowledge
    from .queries.workshop.case_run import Runner, unreadable
    from .queries.workshop.selection import selection

    try:
        pick = selection(words)
    except Invalid as invalid:
        _fail(invalid, USAGE)
    runner, stopped = Runner(Knowledge(program), update), False
    for path in case_files(paths or folders_of(kb_folder)):
        outcomes: list[Outcome] = []
        try:
            picked = [case for case in read_cases(path, program) if pick(case.words)]
        except Invalid as invalid:
            picked, outcomes = [], [unreadable(path.as_posix(), invalid)]
        for case in picked:
            if not (stopped := first and any(o.status != "passed" for o in outcomes)):
                outcomes.append(runner.run(case))
        for transcript, text in runner.written.items():
            _put(text, transcript)
        yield path.as_posix(), outcomes
        if stopped or (first and any(o.status != "passed" for o in outcomes)):
            return


def _sought(paths: tuple[Path, ...], words: str, kb_folder: Path) -> str:
    if words:
        return f"no case has the words `{words}`"
    where = ", ".join(f"`{p.as_posix()}`" for p in paths) or f"a folder `cases` in or beside `{kb_folder.as_posix()}`"
    return f"they are sought in {where}; `guidekb new test` begins one"


def _interviewed(
    knowledge: Knowledge, edb: EDB, name: str | None, layout: Layout, said: Words, day: date | None
) -> tuple[str, str]:
    """What the answers given at the terminal change, and the record with them."""
    from .facts.edit import edited, recorded_of
    from .facts.fields import fields_of
    from .facts.record_text import record_text
    from .queries.asking.interview import Interview

    def hear(prompt: str) -> str | None:
        try:
            return click.prompt(prompt, default="", show_default=False, prompt_suffix=" ", err=True)
        except click.Abort:
            if sys.stdin.isatty():
                raise
            return None

    def change(record: EDB, value: str) -> EDB:
        done = edited(record, [value], (), knowledge.program, said.say("interview.source"), day)
        _tell(done.warnings)
        return done.edb

    interview = Interview(knowledge, name, layout, said, hear, lambda line: click.echo(line, err=True), change)
    done = interview.run(edb)
    return interview.result(), record_text(recorded_of(done), fields_of(knowledge.program))


def _load(folder: Path, lang: str = ORIGINAL) -> Program:
    """The knowledge base of a folder, in the words of a language."""
    if lang != ORIGINAL:
        from .queries.wording.words import words

        words(lang)  # a language that nothing speaks is an unknown name, not a fault of the knowledge base
    try:
        return translate(load(folder), folder, lang)
    except Invalid as invalid:
        _fail(invalid, BAD_KB)


def _patients(paths: tuple[str, ...], program: Program, as_of: datetime | None) -> Iterator[EDB | None]:
    """Each patient of the files; None for a file that cannot be used, whose errors are told."""
    from .facts.read import read_files

    day: date | None = as_of.date() if as_of else None
    for _, reading in read_files(paths, program, day):
        if isinstance(reading, Invalid):
            _tell(reading.diagnostics)
            yield None
        else:
            _tell(reading.warnings)
            yield from reading.edbs


def _one(path: str, wanted: str | None, program: Program, as_of: datetime | None) -> EDB:
    """The one patient that a question is about."""
    found = list(_patients((path,), program, as_of))
    if None in found:
        sys.exit(BAD_DATA)
    ids = [edb.subject for edb in found if edb]
    chosen = [edb for edb in found if edb and wanted in (None, edb.subject)]
    if wanted is not None and not chosen:
        _no_patient(wanted, path, ids)
    if len(chosen) != 1:
        message = f"`{path}` has {len(ids)} patients; choose one with --patient"
        _fail(UnknownName([Diagnostic("Q603", message, help=", ".join(ids[:5]))]), UNKNOWN_NAME)
    return chosen[0]


def _no_patient(wanted: str, path: str, ids: list[str]) -> NoReturn:
    message = f"there is no patient `{wanted}` in `{path}`"
    _fail(UnknownName([Diagnostic("Q603", message, help=suggest(wanted, ids))]), UNKNOWN_NAME)


def _put(result: str | bytes, output: Path | None) -> None:
    """The result to a file, or to stdout."""
    from .queries.save import save

    if output is None:
        if isinstance(result, bytes) and sys.stdout.isatty() and not result.startswith(b"<"):
            raise click.UsageError("a picture is not for a terminal; name a file with -o")
        click.echo(result, nl=False)
        return
    try:
        save(output, result)
    except OSError as error:
        raise click.UsageError(f"cannot write `{printable(str(output))}`: {error.strerror}") from error


def _form(form: str, output: Path | None, forms: tuple[str, ...]) -> str:
    """The form asked for; where none was, the one that the file's name ends in."""
    asked = click.get_current_context().get_parameter_source("form") is not click.core.ParameterSource.DEFAULT
    ending = output.suffix.lower() if output else ""
    named = ENDINGS.get(ending, ending.removeprefix("."))
    return named if named in forms and not asked else form


def _as_fhir(case: Case, said: Words) -> tuple[str, bool]:
    """The results for a case as a Bundle, and whether nothing is undetermined."""
    from .facts.fhir.order_table import drafts
    from .queries.fhir.results import answered

    return answered(case, said, _version(), drafts())


def _fhir_together(held: list[str | bytes]) -> str:
    from .queries.fhir.results import together

    return together(list(map(str, held)))


def _version() -> str:
    from importlib.metadata import version

    return version("guidekb")


def _layout(color: str, width: int | None) -> Layout:
    from .queries.rendering.layout import Layout

    terminal = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    forced = color == "always" or (color == "auto" and bool(os.environ.get("FORCE_COLOR")))
    plain = color == "never" or (color == "auto" and bool(os.environ.get("NO_COLOR")))
    columns = width or (shutil.get_terminal_size((80, 24)).columns if terminal else 80)
    ascii_only = "utf" not in (sys.stdout.encoding or "").lower()
    return Layout(columns, (terminal or forced) and not plain, ascii_only)


def _tell(diagnostics: tuple[Diagnostic, ...]) -> None:
    for diagnostic in diagnostics:
        click.echo(render(diagnostic), err=True)


def _fail(invalid: Invalid, code: int) -> NoReturn:
    _tell(invalid.diagnostics)
    sys.exit(code)


for _name in PAGES:
    cli.commands[_name].epilog = below_the_options(_name)


def main() -> None:
    """Run the command line; every error ends in a message and a documented exit code, never in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        cli.main(standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        sys.exit(INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except UnknownName as unknown:
        _fail(unknown, UNKNOWN_NAME)
    except Unavailable as unavailable:
        _fail(unavailable, USAGE)
    except Invalid as invalid:
        _fail(invalid, BAD_DATA)
    except BrokenPipeError:
        # The reader of the pipe has gone, which is no error; Python must not complain of it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        if "--debug" in sys.argv:
            traceback.print_exc()
        message = printable(f"{type(error).__name__}: {error}")[:300]
        click.echo(f"internal error: {message} (a bug in guidekb; --debug shows where)", err=True)
        sys.exit(INTERNAL)
