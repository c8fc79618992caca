"""CDS Hooks 2.0 as functions from JSON to JSON; whoever speaks HTTP calls them, and nothing here does.

One request, in the order in which a server goes (all JSON is what `json.loads` gives):

    discovery.discovery(program) -> Data                       the body of `GET /cds-services`
    request.checked(service, body) -> Request | Refusal        `service` is the id in the path; Refusal has `.status`
                                                               (400, 404, 412) and `.outcome`, an OperationOutcome
    request.Request: hook, instance, patient, user, encounter, prefetch (dict), draft_orders (a Bundle, or None)

    facts/fhir/prefetch.py
      read_prefetch(request.prefetch, request.patient, program, as_of) -> Prefetch; raises Invalid (answer with
                                                               request.unreadable(invalid) -> Refusal, 400)
      Prefetch: edb, warnings, states ({key: "found" | "nothing found" | "failed: ..."}), unused
    facts/fhir/draft_orders.py
      read_orders(request.draft_orders, program) -> Orders     found: what is ordered, in the words of the guideline
      recorded_orders(edb) -> tuple[Order, ...]                what is recorded as given, in the same shape
      with_orders(edb, orders.found, program) -> EDB           the record as if the orders were carried out
    facts/fhir/order_table.py
      drafts() -> dict[action, tuple[Draft, ...]]              how an action is ordered

    response.response(told, said, asked) -> Data               the body of the answer to a request: cards
      told: Report (explanations.report.report(assess(knowledge, prefetch.edb), words)); said: the same words
      asked: response.Asked(hook, states, unused, ordered, unread, drafts, after, page, about, most); everything but
             `hook` has a default. ordered: (*orders.found, *recorded_orders(edb)); unread: orders.unread; after: the
             Report of `with_orders(...)`, None when that is the record itself; page, about: absolute URLs of the page
             of this answer and of the guideline, or ""; most: the number of cards, the rest is only counted
    feedback.feedback(body) -> tuple[Feedback, ...] | Refusal  values to be stored, as `dataclasses.asdict` gives them

Same input, same bytes out: no clock, no chance; ids are UUIDs made from what they name.
"""
