//go:build (linux && !android) || freebsd || openbsd || netbsd

package tray

import (
	"maps"
	"sync"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"
)

const propertiesInterface = "org.freedesktop.DBus.Properties"

// itemProperties are the properties of the icon on the bus. The type of package prop is not
// used, because it writes a new value into the memory of the old one, even while that is
// being sent to a panel. If the icon then has another size, the encoder panics.
type itemProperties struct {
	bus *dbus.Conn

	mu     sync.Mutex
	values map[string]dbus.Variant // each is replaced as a whole
}

// exportProperties exports values on bus.
func exportProperties(bus *dbus.Conn, values map[string]any) (*itemProperties, error) {
	p := &itemProperties{bus: bus, values: make(map[string]dbus.Variant)}
	for name, value := range values {
		p.values[name] = dbus.MakeVariant(value)
	}
	return p, bus.Export(p, itemPath, propertiesInterface)
}

// set changes a property, and tells the panel about it. value must not be changed later.
func (p *itemProperties) set(name string, value any) error {
	p.mu.Lock()
	defer p.mu.Unlock() // after sending, so that the panel gets the latest value last
	p.values[name] = dbus.MakeVariant(value)
	return p.bus.Emit(itemPath, propertiesInterface+".PropertiesChanged",
		itemInterface, map[string]dbus.Variant{name: p.values[name]}, []string{})
}

// Get is called through the bus.
func (p *itemProperties) Get(iface, name string) (dbus.Variant, *dbus.Error) {
	all, err := p.GetAll(iface)
	if err != nil {
		return dbus.Variant{}, err
	}
	value, ok := all[name]
	if !ok {
		return dbus.Variant{}, prop.ErrPropNotFound
	}
	return value, nil
}

// GetAll is called through the bus.
func (p *itemProperties) GetAll(iface string) (map[string]dbus.Variant, *dbus.Error) {
	if iface != itemInterface {
		return nil, prop.ErrIfaceNotFound
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.values), nil
}

// Set is called through the bus. Panels cannot change the properties.
func (p *itemProperties) Set(_, _ string, _ dbus.Variant) *dbus.Error { return prop.ErrReadOnly }
