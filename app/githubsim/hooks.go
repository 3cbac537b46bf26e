package githubsim

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// delivery is one attempt to deliver an event, as the App's log keeps it.
type delivery struct {
	id         int64
	guid       string
	event      string
	action     string
	url        string
	payload    []byte
	at         time.Time
	took       time.Duration
	redelivery bool
	status     int // 0 when no answer came
	answer     string
	install    int64
	repo       int64
}

// Delivery is one line of the App's delivery log.
type Delivery struct {
	ID                  int64
	GUID, Event, Action string
	Status              int // 0 when no answer came
	Redelivery          bool
}

// Deliveries is the App's delivery log, oldest first.
func (s *Sim) Deliveries() []Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	var log []Delivery
	for _, d := range s.deliveries {
		log = append(log, Delivery{ID: d.id, GUID: d.guid, Event: d.event, Action: d.action, Status: d.status, Redelivery: d.redelivery})
	}
	return log
}

// hookTimeout is how long GitHub waits for the answer to a delivery.
const hookTimeout = 10 * time.Second

// Deliver sends a signed event to a webhook, once, as GitHub does, and keeps it
// in the App's delivery log. The status is 0 when no answer came.
func (s *Sim) Deliver(ctx context.Context, hookURL, event string, payload []byte) (status int, err error) {
	return s.DeliverAs(ctx, hookURL, newGUID(), event, payload)
}

// DeliverAs is Deliver with a delivery id (X-GitHub-Delivery) of the caller's
// choice.
func (s *Sim) DeliverAs(ctx context.Context, hookURL, guid, event string, payload []byte) (status int, err error) {
	return s.send(ctx, &delivery{guid: guid, event: event, url: hookURL, payload: payload})
}

// Sign gives the X-Hub-Signature-256 of a body.
func (s *Sim) Sign(body []byte) string {
	mac := hmac.New(sha256.New, []byte(s.opts.WebhookSecret))
	mac.Write(body) // never fails
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

func newGUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func (s *Sim) send(ctx context.Context, d *delivery) (int, error) {
	var named struct {
		Action       string              `json:"action"`
		Installation struct{ ID int64 }  `json:"installation"`
		Repository   *struct{ ID int64 } `json:"repository"`
	}
	_ = json.Unmarshal(d.payload, &named) // a test may send anything; the log then names nothing
	d.action, d.install = named.Action, named.Installation.ID
	if named.Repository != nil {
		d.repo = named.Repository.ID
	}
	ctx, cancel := context.WithTimeout(ctx, hookTimeout)
	defer cancel()
	began := time.Now()
	resp, err := s.post(ctx, d)
	if err == nil {
		answer, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10)) // what came is kept
		_ = resp.Body.Close()
		d.status, d.answer = resp.StatusCode, string(answer)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	d.id, d.at, d.took = s.nextID(), s.opts.Clock(), time.Since(began)
	s.deliveries = append(s.deliveries, d)
	s.wrote()
	return d.status, err
}

func (s *Sim) post(ctx context.Context, d *delivery) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.url, bytes.NewReader(d.payload))
	if err != nil {
		return nil, err
	}
	for name, value := range s.hookHeaders(d) {
		req.Header.Set(name, value)
	}
	return http.DefaultClient.Do(req)
}

func (s *Sim) hookHeaders(d *delivery) map[string]string {
	return map[string]string{
		"Content-Type": "application/json", "User-Agent": "GitHub-Hookshot/sim", "X-GitHub-Event": d.event,
		"X-GitHub-Delivery": d.guid, "X-GitHub-Hook-ID": "1", "X-GitHub-Hook-Installation-Target-Type": "integration",
		"X-GitHub-Hook-Installation-Target-ID": strconv.FormatInt(s.appID, 10), "X-Hub-Signature-256": s.Sign(d.payload),
	}
}

// LoseDelivery keeps an event in the delivery log as failed without sending it,
// as when the App was down.
func (s *Sim) LoseDelivery(hookURL, event string, payload []byte) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, _ = s.send(ctx, &delivery{guid: newGUID(), event: event, url: hookURL, payload: payload}) // it fails by design
}

func (s *Sim) deliveryJSON(d *delivery) fields {
	orZero := func(id int64) any {
		if id == 0 {
			return nil
		}
		return id
	}
	status := "Connection failed"
	if d.status != 0 {
		status = http.StatusText(d.status)
		if d.status < 300 {
			status = "OK"
		}
	}
	return fields{
		"id": d.id, "guid": d.guid, "delivered_at": d.at.UTC().Format("2006-01-02T15:04:05.000Z"), "redelivery": d.redelivery,
		"duration": d.took.Seconds(), "status": status, "status_code": d.status, "event": d.event, "action": orNull(d.action),
		"installation_id": orZero(d.install), "repository_id": orZero(d.repo), "throttled_at": nil,
	}
}

// listDeliveries pages by cursor, newest first: the cursor is the id to go on
// from.
func listDeliveries(c *call) error {
	q := c.r.URL.Query()
	size := min(max(queryInt(c.r, "per_page", defaultPage), 1), maxPage)
	cursor, _ := strconv.ParseInt(q.Get("cursor"), 10, 64) // 0 for the newest
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	list := []any{}
	for _, d := range slices.Backward(c.s.deliveries) {
		failed := d.status < 200 || d.status > 399
		if cursor != 0 && d.id > cursor || q.Get("status") == "failure" && !failed || q.Get("status") == "success" && failed {
			continue
		}
		if len(list) == size {
			q.Set("cursor", strconv.FormatInt(d.id, 10))
			c.w.Header().Set("Link", fmt.Sprintf(`<%s?%s>; rel="next"`, c.s.api("/app/hook/deliveries"), q.Encode()))
			break
		}
		list = append(list, c.s.deliveryJSON(d))
	}
	c.json(http.StatusOK, list)
	return nil
}

func (c *call) delivery() *delivery {
	id, err := strconv.ParseInt(c.r.PathValue("id"), 10, 64)
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	i := slices.IndexFunc(c.s.deliveries, func(d *delivery) bool { return err == nil && d.id == id })
	if i < 0 {
		return nil
	}
	return c.s.deliveries[i]
}

func getDelivery(c *call) error {
	d := c.delivery()
	if d == nil {
		return notFound()
	}
	var payload any
	if json.Unmarshal(d.payload, &payload) != nil {
		payload = nil
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	f := c.s.deliveryJSON(d)
	f["url"] = d.url
	f["request"] = fields{"headers": c.s.hookHeaders(d), "payload": payload}
	f["response"] = fields{"headers": fields{}, "payload": orNull(d.answer)}
	c.json(http.StatusOK, f)
	return nil
}

// redeliver accepts and sends in the background, under the same delivery id.
func redeliver(c *call) error {
	d := c.delivery()
	if d == nil {
		return notFound()
	}
	again := &delivery{guid: d.guid, event: d.event, url: d.url, payload: d.payload, redelivery: true}
	c.s.wg.Go(func() { _, _ = c.s.send(context.Background(), again) }) // the log keeps the outcome
	c.json(http.StatusAccepted, fields{})
	return nil
}
