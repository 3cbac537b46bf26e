package local

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
)

// blobs reads contents by id through as many git cat-file processes as there
// are cores; each answers one question at a time.
type blobs struct {
	ctx    context.Context
	git    *git
	slots  chan *catFile
	cancel context.CancelFunc
}

// catFile is a running process, nil fields when it was not started yet.
type catFile struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func newBlobs(ctx context.Context, g *git) *blobs {
	ctx, cancel := context.WithCancel(ctx)
	b := &blobs{ctx: ctx, git: g, cancel: cancel, slots: make(chan *catFile, runtime.GOMAXPROCS(0))}
	for range cap(b.slots) {
		b.slots <- &catFile{}
	}
	return b
}

var objectID = regexp.MustCompile(`^[0-9a-f]{40}([0-9a-f]{24})?$`)

// errAbsent says that the process is well and the blob is not there, or is too
// large to be read.
var errAbsent = errors.New("absent")

// read returns the contents of a blob of at most hashLimit bytes.
func (b *blobs) read(id string) ([]byte, bool) {
	if !objectID.MatchString(id) {
		return nil, false
	}
	c := <-b.slots
	defer func() { b.slots <- c }()
	if b.ctx.Err() != nil {
		return nil, false
	}
	if c.cmd == nil && c.start(b.ctx, b.git, "--batch") != nil {
		return nil, false
	}
	content, err := c.content(id)
	if err != nil && !errors.Is(err, errAbsent) {
		c.stop()
		*c = catFile{}
	}
	return content, err == nil
}

// close ends the processes. Nothing may be read afterwards.
func (b *blobs) close() {
	var wg sync.WaitGroup
	for range cap(b.slots) {
		c := <-b.slots
		wg.Go(c.stop)
	}
	wg.Wait()
	b.cancel()
}

func (c *catFile) start(ctx context.Context, g *git, mode string) error {
	cmd := g.command(ctx, "cat-file", mode)
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	*c = catFile{cmd: cmd, in: in, out: bufio.NewReaderSize(out, 64<<10)}
	return nil
}

func (c *catFile) stop() {
	if c.cmd != nil {
		c.in.Close()
		_ = c.cmd.Wait() // it has nothing left to say
	}
}

// ask is one exchange: "id" for "id type size", or for "id missing".
func (c *catFile) ask(id string) (kind string, size int64, err error) {
	if _, err := io.WriteString(c.in, id+"\n"); err != nil {
		return "", 0, err
	}
	line, err := c.out.ReadString('\n')
	if err != nil {
		return "", 0, err
	}
	fields := strings.Fields(line)
	if len(fields) == 2 && fields[1] == "missing" {
		return "", 0, errAbsent
	}
	if len(fields) == 3 && fields[0] == id {
		if size, err := strconv.ParseInt(fields[2], 10, 64); err == nil && size >= 0 {
			return fields[1], size, nil
		}
	}
	return "", 0, fmt.Errorf("git cat-file answered %q", line)
}

// content asks in the mode in which the contents and a line break follow.
func (c *catFile) content(id string) ([]byte, error) {
	kind, size, err := c.ask(id)
	if err != nil {
		return nil, err
	}
	if kind != "blob" || size > hashLimit {
		if _, err := io.CopyN(io.Discard, c.out, size+1); err != nil {
			return nil, err
		}
		return nil, errAbsent
	}
	content := make([]byte, size)
	if _, err := io.ReadFull(c.out, content); err != nil {
		return nil, err
	}
	_, err = c.out.Discard(1)
	return content, err
}
