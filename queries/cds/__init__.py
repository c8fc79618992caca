"""CDS Hooks 2.0 as functions from JSON to JSON; whoever speaks HTTP calls them, and nothing here does.

One request, in the order in which a server goes (all JSON is what `json.loads` gives):

    discovery.discovery(program) -> Data                       the body of `GET /cds-services`
    request.checked(service, body) -> Request | Refusal        `service` is the id in the path; Refusal has `.status`
                                                               (400, 404, 412) and `.outcome`, an OperationOutcome
    request.Request: hook, instance, patient, user, encounter, prefetch (dict), draft_orders (a Bundle, or None)

    facts/fhir/prefetch.py
      read_prefetch(request.prefetch, request.patient, program, as_of) -> Prefetch; raises Invalid (answer with
                                                               request.unreadable(invalid) -> Refusal, 400)
      Prefetch: edb, warnings, states ({key: "found" | "nothing found" | "not delivered" | "failed: ..."})
    facts/fhir/draft_orders.py
      read_orders(request.draft_orders, program) -> Orders     what is ordered, in the words of the guideline
      recorded_orders(edb) -> tuple[Order, ...]                what is recorded as given, in the same shape
      with_orders(edb, orders, program) -> EDB                 the record as if the orders were carried out
    facts/order_table.py
      drafts() -> dict[action, tuple[Draft, ...]]              how an action is ordered

    response.response(told, asked) -> Data                     the body of the answer to a request: cards
      told: Report (explanations.report.report(assess(knowledge, prefetch.edb), words))
      asked: response.Asked(hook, patient, states, ordered, drafts, after, page, most): everything but `hook` has a
             default. ordered: (*orders.found, *recorded_orders(edb)); unread: orders.unread; after: the Report of
             `with_orders(...)`, or None when no order gives a fact; page: the URL of a page for the link, or "";
             most: the number of cards after which the rest is only counted
    feedback.feedback(body) -> tuple[Feedback, ...] | Refusal  values to be stored, as `dataclasses.asdict` gives them

Same input, same bytes out: no clock, no chance; ids are UUIDs made from what they name.
"""
